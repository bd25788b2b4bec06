// Small ways to build and find elements.

export const find = (selector) => document.querySelector(selector);

/** An element with attributes and children; text is always text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function productCard(product) {
  const photo = make("span", { class: "card__photo" },
    make("img", { src: `/static/images/${product.images[0]}`, width: 720, height: 720, alt: product.name }));
  if (!product.in_stock) photo.append(make("span", { class: "tag tag--off" }, "Back in spring"));
  else if (product.is_new) photo.append(make("span", { class: "tag" }, "New"));
  const euros = `€ ${product.price_cents / 100}`;
  const link = make("a", { class: "card__link", href: `/product/${product.slug}`, "data-testid": `card-${product.slug}` },
    photo, make("span", { class: "card__name" }, product.name), make("span", { class: "card__price" }, euros));
  return make("article", { class: "card card--fresh", "data-slug": product.slug }, link,
    make("p", { class: "card__line" }, product.tagline));
}

let hiding;

/** Say something at the bottom of the window for three seconds. */
export function toast(text, link) {
  const box = find("#toast");
  box.replaceChildren(text);
  if (link !== undefined) box.append(make("a", { href: link.href, "data-testid": "toast-link" }, link.text));
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 3000);
}

/** Show or hide a message that stands above a form's button. */
export function formError(selector, text) {
  const box = find(selector);
  box.textContent = text;
  box.hidden = text === "";
}

export const looksLikeEmail = (text) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text.trim());

/** Tells Footfall what happened; a page without it does not notice. */
export function track(name, properties) {
  window.footfall?.track?.(name, properties);
}
