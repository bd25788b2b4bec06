// On every page: the cart's badge, the letter, and the carousel where there is one.
import { find, looksLikeEmail } from "./dom.js";
import { countIn, readCart } from "./store.js";

function showBadge() {
  const badge = find("#cart-badge");
  const count = countIn(readCart());
  badge.textContent = String(count);
  badge.hidden = count === 0;
}

function startLetter() {
  find("#newsletter").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = find("#letter-email");
    const good = looksLikeEmail(field.value);
    field.setAttribute("aria-invalid", String(!good));
    find("#letter-note").textContent = good
      ? "Thank you. The next one comes with the first snow."
      : "That does not look like an e-mail address.";
    if (good) field.value = "";
  });
}

function startCarousel(track) {
  const step = () => track.firstElementChild.getBoundingClientRect().width + 24;
  const count = track.children.length;
  const show = () => {
    const atEnd = track.scrollLeft + track.clientWidth >= track.scrollWidth - 4;
    const place = atEnd ? count : Math.round(track.scrollLeft / step()) + 1;
    find("#carousel-place").textContent = `${place} / ${count}`;
    find("#carousel-prev").disabled = track.scrollLeft < 4;
    find("#carousel-next").disabled = atEnd;
  };
  find("#carousel-prev").addEventListener("click", () => track.scrollBy({ left: -step() }));
  find("#carousel-next").addEventListener("click", () => track.scrollBy({ left: step() }));
  track.addEventListener("scroll", show, { passive: true });
  show();
}

showBadge();
startLetter();
document.addEventListener("cart-changed", () => {
  showBadge();
  const badge = find("#cart-badge");
  badge.classList.remove("badge--bump");
  requestAnimationFrame(() => badge.classList.add("badge--bump"));
});
const carousel = find("#carousel");
if (carousel !== null) startCarousel(carousel);
