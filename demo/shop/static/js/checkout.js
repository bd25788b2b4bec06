// The checkout: three steps in one form, checked here first and by the server again.
import { find, formError, looksLikeEmail, make, track } from "./dom.js";
import { cartProducts, countIn, emptyCart, price, readCart, readCoupon, sums } from "./store.js";

const form = find("#checkout");
const steps = [...form.querySelectorAll("[data-step-name]")];
const products = await cartProducts();
const digits = (text) => text.replace(/\D/g, "");

const CHECKS = {
  email: [looksLikeEmail, "Please enter an e-mail address we can write to."],
  name: [(v) => v.trim() !== "", "Please tell us your name."],
  street: [(v) => v.trim() !== "", "Please enter a street and number."],
  postcode: [(v) => /^[0-9a-z][0-9a-z -]{2,9}$/i.test(v.trim()), "Please enter a postcode."],
  city: [(v) => v.trim() !== "", "Please enter a town."],
  card_name: [(v) => v.trim() !== "", "Please enter the name on the card."],
  card_number: [(v) => /^\d{12,19}$/.test(digits(v)), "Please enter the card number, 12 to 19 digits."],
  card_expiry: [(v) => /^(0[1-9]|1[0-2])\/?\d{2}$/.test(v.trim()), "Please write it as MM/YY."],
  card_code: [(v) => /^\d{3,4}$/.test(v), "Three or four digits."],
};

function mark(name, message) {
  const field = form.elements[name];
  field.setAttribute("aria-invalid", String(message !== ""));
  find(`#${name}-error`).textContent = message;
}

function check(name) {
  const [passes, message] = CHECKS[name];
  const good = passes(form.elements[name].value);
  mark(name, good ? "" : message);
  return good;
}

function checkStep(step) {
  const names = [...step.querySelectorAll("input[name]")].map((input) => input.name);
  const wrong = names.filter((name) => name in CHECKS).filter((name) => !check(name));
  if (wrong.length > 0) form.elements[wrong[0]].focus();
  return wrong.length === 0;
}

function showStep(index) {
  form.dataset.step = String(index);
  steps.forEach((step, i) => { step.hidden = i !== index; });
  [...find("#steps").children].forEach((item, i) => {
    item.toggleAttribute("data-done", i < index);
    if (i === index) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  find("#checkout-back").hidden = index === 0;
  find("#checkout-next").hidden = index === steps.length - 1;
  find("#pay-now").hidden = index !== steps.length - 1;
  formError("#checkout-error", "");
}

function showSums() {
  const sum = sums(products, readCart(), form.elements.delivery.value, readCoupon());
  find("#sum-delivery").textContent = sum.fee === 0 ? "free" : price(sum.fee);
  find("#sum-off").textContent = `– ${price(sum.off)}`;
  find("#sum-off").hidden = sum.off === 0;
  find("#sum-off-name").hidden = sum.off === 0;
  find("#sum-total").textContent = price(sum.total);
}

function order() {
  const value = (name) => form.elements[name].value.trim();
  return {
    email: value("email"), name: value("name"), street: value("street"), postcode: value("postcode"),
    city: value("city"), country: value("country"), delivery: value("delivery"),
    // The number itself never leaves the page.
    card_last4: digits(value("card_number")).slice(-4), coupon: readCoupon(), items: readCart(),
  };
}

async function pay() {
  const agreed = find("#terms").checked;
  find("#terms-error").textContent = agreed ? "" : "Please tick this, so that nobody waits for a parcel.";
  if (!checkStep(steps[2]) || !agreed) return;
  find("#pay-now").disabled = true;
  const answer = await fetch("/api/checkout", {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(order()),
  });
  const result = await answer.json();
  find("#pay-now").disabled = false;
  if (answer.ok) {
    const delivery = form.elements.delivery.value;
    const { total } = sums(products, readCart(), delivery, readCoupon());
    track("purchase", { total: total / 100, items: countIn(readCart()), delivery });
    emptyCart();
    location.assign(`/thanks?order=${encodeURIComponent(result.order)}`);
    return;
  }
  const { card_last4: declined, ...others } = result.errors ?? { form: "Something went wrong." };
  if (declined !== undefined) mark("card_number", declined);
  formError("#checkout-error", [declined, ...Object.values(others)].filter(Boolean).join(" "));
}

function next() {
  const index = Number(form.dataset.step);
  if (!checkStep(steps[index])) return;
  showStep(index + 1);
  scrollTo({ top: 0 });
}

for (const name of Object.keys(CHECKS)) {
  form.elements[name].addEventListener("input", () => {
    if (form.elements[name].getAttribute("aria-invalid") === "true") check(name);
  });
}
form.elements.card_number.addEventListener("input", ({ currentTarget }) => {
  const atEnd = currentTarget.selectionStart === currentTarget.value.length;
  if (atEnd) currentTarget.value = digits(currentTarget.value).slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
});
form.addEventListener("change", showSums);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (Number(form.dataset.step) < steps.length - 1) next();
  else pay();
});
find("#checkout-next").addEventListener("click", next);
find("#checkout-back").addEventListener("click", () => showStep(Number(form.dataset.step) - 1));

const cart = readCart();
find("#mini-lines").append(...products.map((p) => make("li", {},
  make("img", { src: `/static/images/${p.images[0]}`, width: 52, height: 52, alt: "" }),
  make("span", {}, `${cart[p.slug]} × ${p.name}`), make("span", {}, price(p.price_cents * cart[p.slug])))));
if (products.length === 0) find("#mini-lines").append(make("li", {}, "–", make("span", {}, "Nothing yet")));
showSums();
