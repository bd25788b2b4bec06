// Two elements with shadow trees: <rating-stars> (closed) and <quantity-stepper> (open).

const SVG = "http://www.w3.org/2000/svg";
const STAR = "M9 1.6l2.27 4.7 5.13.7-3.73 3.6.9 5.15L9 13.3l-4.57 2.45.9-5.15L1.6 7l5.13-.7z";

function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

const starSheet = sheet(`
  svg { display: block; width: 92px; height: 18px; fill: #d9cfba; }
  .full { fill: #d99a35; }
`);
const stepperSheet = sheet(`
  :host { display: inline-flex; border: 1px solid var(--line); border-radius: 99px; background: var(--card); overflow: hidden; }
  button { width: 42px; border: 0; background: none; color: inherit; font: 400 20px/1 var(--sans); cursor: pointer; }
  button:hover { background: var(--tint); }
  button:disabled { opacity: .35; cursor: default; }
  output { flex: 1; align-self: center; text-align: center; font: 600 15px/1 var(--sans); font-variant-numeric: tabular-nums; }
`);

function stars(className, clip) {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", className);
  if (clip !== undefined) group.setAttribute("clip-path", `inset(0 ${clip}% 0 0)`);
  for (let i = 0; i < 5; i++) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", STAR);
    path.setAttribute("transform", `translate(${i * 18.5} 0)`);
    group.append(path);
  }
  return group;
}

class RatingStars extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("role")) return;
    const root = this.attachShadow({ mode: "closed" });
    root.adoptedStyleSheets = [starSheet];
    const value = Number(this.getAttribute("value"));
    const picture = document.createElementNS(SVG, "svg");
    picture.setAttribute("viewBox", "0 0 92 18");
    const full = stars("full");
    full.style.clipPath = `inset(0 ${100 - value * 20}% 0 0)`;
    picture.append(stars("none"), full);
    root.append(picture);
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", `${value} of 5 stars`);
  }
}

class QuantityStepper extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot !== null) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [stepperSheet];
    const button = (sign, label, name) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = sign;
      made.setAttribute("aria-label", label);
      made.dataset.testid = name;
      return made;
    };
    const less = button("–", "One less", "quantity-less");
    const more = button("+", "One more", "quantity-more");
    const shown = document.createElement("output");
    const [least, most] = [Number(this.getAttribute("min") ?? 1), Number(this.getAttribute("max") ?? 99)];
    const show = () => {
      shown.textContent = this.getAttribute("value") ?? "1";
      less.disabled = this.value <= least;
      more.disabled = this.value >= most;
    };
    const change = (by) => {
      this.setAttribute("value", String(Math.min(most, Math.max(least, this.value + by))));
      show();
      this.dispatchEvent(new Event("change", { bubbles: true }));
    };
    less.addEventListener("click", () => change(-1));
    more.addEventListener("click", () => change(1));
    root.append(less, shown, more);
    show();
  }

  get value() {
    return Number(this.getAttribute("value") ?? 1);
  }
}

customElements.define("rating-stars", RatingStars);
customElements.define("quantity-stepper", QuantityStepper);
