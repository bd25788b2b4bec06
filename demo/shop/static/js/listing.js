// Listings: filters that apply themselves, and the list that goes on as one scrolls.
import { find, make, productCard } from "./dom.js";

const WIDE_PX = 760;

function startFilters(form) {
  const panel = find("#filter-panel");
  if (innerWidth <= WIDE_PX && location.search === "") panel.open = false;
  const slider = find("#filter-price");
  slider.addEventListener("input", () => { find("#price-out").textContent = `€ ${slider.value}`; });
  find("#sort").addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    // What says nothing stays out of the address.
    if (slider.value === slider.max) slider.disabled = true;
    if (find("#sort").value === "featured") find("#sort").disabled = true;
  });
  // Coming back from the next page must find a form that works.
  addEventListener("pageshow", () => {
    slider.disabled = false;
    find("#sort").disabled = false;
  });
}

function startEndless(list) {
  const end = find("#endless-end");
  let page = 1;
  let busy = false;
  const watcher = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting || busy) return;
    busy = true;
    page += 1;
    const answer = await fetch(`/api/products?page=${page}`);
    const { products, more } = await answer.json();
    list.append(...products.map(productCard));
    busy = false;
    watcher.unobserve(end);
    if (more) watcher.observe(end);
    else end.replaceChildren("That is everything. ", make("a", { href: "#top" }, "Back to the top"));
  }, { rootMargin: "0px 0px 120px" });
  watcher.observe(end);
}

const filters = find("#filters");
if (filters !== null) startFilters(filters);
const endless = find("#endless");
if (endless !== null) startEndless(endless);
