// The cart in localStorage, and how amounts are written. Nothing here touches the page.

const KEY = "fernweh-cart";
const COUPON_KEY = "fernweh-coupon";
export const DELIVERY = { standard: 490, express: 1290, pickup: 0 };
const FREE_FROM = 15000;

/** The cart: slug to count. */
export function readCart() {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

export function writeCart(cart) {
  localStorage.setItem(KEY, JSON.stringify(cart));
  document.dispatchEvent(new CustomEvent("cart-changed"));
}

export function addToCart(slug, count) {
  const cart = readCart();
  writeCart({ ...cart, [slug]: Math.min((cart[slug] ?? 0) + count, 99) });
}

export function setCount(slug, count) {
  const { [slug]: _, ...rest } = readCart();
  writeCart(count > 0 ? { ...readCart(), [slug]: count } : rest);
}

export function emptyCart() {
  localStorage.removeItem(KEY);
  localStorage.removeItem(COUPON_KEY);
}

export const readCoupon = () => localStorage.getItem(COUPON_KEY) ?? "";
export const writeCoupon = (code) => localStorage.setItem(COUPON_KEY, code);

export const countIn = (cart) => Object.values(cart).reduce((sum, count) => sum + count, 0);

/** "€ 19" or "€ 4.90", as the server writes it. */
export function price(cents) {
  const digits = cents % 100 === 0 ? 0 : 2;
  return `€ ${(cents / 100).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** What the cart costs, in cents. */
export function sums(products, cart, delivery, coupon) {
  const goods = products.reduce((sum, p) => sum + p.price_cents * (cart[p.slug] ?? 0), 0);
  const off = coupon === "FERNWEH10" ? Math.round(goods * 0.1) : 0;
  const fee = delivery === "standard" && goods - off >= FREE_FROM ? 0 : DELIVERY[delivery];
  return { goods, off, fee, total: goods - off + fee };
}

/** The products that are in the cart. */
export async function cartProducts() {
  const slugs = Object.keys(readCart());
  if (slugs.length === 0) return [];
  const answer = await fetch(`/api/products?slugs=${encodeURIComponent(slugs.join(","))}`);
  return (await answer.json()).products;
}
