// A product's page: photos, buying, reviewing.
import { find, toast, track } from "./dom.js";
import { addToCart } from "./store.js";

const thumbs = [...document.querySelectorAll("[data-photo]")];
for (const thumb of thumbs) {
  thumb.addEventListener("click", () => {
    for (const other of thumbs) other.removeAttribute("aria-current");
    thumb.setAttribute("aria-current", "true");
    find("#photo").src = thumb.dataset.photo;
    find("#zoom-photo").src = thumb.dataset.photo;
  });
}

const dialog = find("#zoom-dialog");
find("#zoom").addEventListener("click", () => dialog.showModal());
find("#zoom-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});

find("#buy-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { slug, name } = event.currentTarget.dataset;
  const count = find("#quantity").value;
  addToCart(slug, count);
  track("added to cart", { product: slug, count });
  toast(`${count} × ${name} in your cart`, { href: "/cart", text: "Show" });
});

find("#wish").addEventListener("click", ({ currentTarget }) => {
  const on = currentTarget.getAttribute("aria-pressed") !== "true";
  currentTarget.setAttribute("aria-pressed", String(on));
  toast(on ? "Remembered" : "Forgotten");
});

find("#review-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new FormData(event.currentTarget);
  const complete = given.has("stars") && given.get("text").trim().length >= 10;
  find("#review-note").textContent = complete
    ? "Thank you. We read it before it appears."
    : "Please choose stars and write at least ten letters.";
  if (complete) event.currentTarget.reset();
});
