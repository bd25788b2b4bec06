// The cart's page.
import { find, make, toast } from "./dom.js";
import { cartProducts, price, readCart, readCoupon, setCount, sums, writeCoupon } from "./store.js";

// The coupon button is flaky on purpose: its first clicks do nothing at all, so that the demo has
// something to be angry about.
const CLICKS_WITHOUT_EFFECT = 4;

const products = await cartProducts();
let couponClicks = 0;

function showSums() {
  const sum = sums(products, readCart(), "standard", readCoupon());
  find("#sum-goods").textContent = price(sum.goods);
  find("#sum-delivery").textContent = sum.fee === 0 ? "free" : price(sum.fee);
  find("#sum-total").textContent = price(sum.total);
  find("#sum-off").textContent = `– ${price(sum.off)}`;
  find("#sum-off").hidden = sum.off === 0;
  find("#sum-off-name").hidden = sum.off === 0;
}

function showWhich() {
  const empty = Object.keys(readCart()).length === 0;
  find("#cart-empty").hidden = !empty;
  find("#cart").hidden = empty;
}

function line(product) {
  const count = readCart()[product.slug];
  const stepper = make("quantity-stepper", { value: count, min: 1, max: 99, "data-testid": `count-${product.slug}` });
  const sum = make("b", {}, price(product.price_cents * count));
  const remove = make("button", { type: "button", class: "link", "data-testid": `remove-${product.slug}` }, "Remove");
  const href = `/product/${product.slug}`;
  const item = make("li", { class: "line", "data-slug": product.slug },
    make("a", { href }, make("img", { src: `/static/images/${product.images[0]}`, width: 720, height: 720, alt: "" })),
    make("div", {}, make("a", { class: "line__name", href }, product.name), make("small", {}, product.tagline), remove),
    make("div", { class: "line__end" }, stepper, sum));
  stepper.addEventListener("change", () => {
    setCount(product.slug, stepper.value);
    sum.textContent = price(product.price_cents * stepper.value);
    showSums();
  });
  remove.addEventListener("click", () => {
    setCount(product.slug, 0);
    item.remove();
    toast(`${product.name} is out of your cart`);
    showSums();
    showWhich();
  });
  return item;
}

find("#coupon-form").addEventListener("submit", (event) => {
  event.preventDefault();
  couponClicks += 1;
  if (couponClicks <= CLICKS_WITHOUT_EFFECT) return;
  const code = find("#coupon").value.trim().toUpperCase();
  const known = code === "FERNWEH10" || code === "EXPIRED";
  writeCoupon(known ? code : "");
  find("#coupon-note").textContent = code === "FERNWEH10" ? "Ten per cent off. Enjoy."
    : known ? "We shall see at the checkout." : "We do not know this coupon.";
  showSums();
});

find("#cart-lines").append(...products.map(line));
find("#coupon").value = readCoupon();
showSums();
showWhich();
