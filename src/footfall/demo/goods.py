"""The demo shop's catalogue and rules: pure functions over what catalogue.json holds."""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Product: TypeAlias = dict[str, Any]  # as in catalogue.json; templates read its fields by name

SORTS = {
    "featured": "Featured",
    "price": "Price, low to high",
    "price-desc": "Price, high to low",
    "rating": "Best rated",
}
COUPONS = {"FERNWEH10": 10}
DELIVERY_CENTS = {"standard": 490, "express": 1290, "pickup": 0}
FREE_DELIVERY_FROM_CENTS = 15_000


@dataclass(frozen=True)
class Catalogue:
    """Everything the shop sells and tells."""

    categories: list[dict[str, str]]
    products: list[Product]
    journal: list[dict[str, Any]]

    def product(self, slug: str) -> Product | None:
        """Return the product called `slug`, if there is one."""
        return next((p for p in self.products if p["slug"] == slug), None)

    def category(self, slug: str) -> dict[str, str] | None:
        """Return the category called `slug`, if there is one."""
        return next((c for c in self.categories if c["slug"] == slug), None)


@dataclass(frozen=True)
class Filters:
    """What a visitor asked a listing for."""

    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    at_most_cents: int | None = None
    in_stock: bool = False
    sort: str = "featured"


def load_catalogue(path: Path) -> Catalogue:
    """Read catalogue.json."""
    return Catalogue(**json.loads(path.read_text(encoding="utf-8")))


def read_filters(query: Mapping[str, str], colours: Sequence[str], mats: Sequence[str]) -> Filters:
    """Take filters from a query string; what makes no sense is left out."""
    at_most = query.get("max", "")
    sort = query.get("sort", "featured")
    return Filters(
        colours=tuple(colours),
        materials=tuple(mats),
        at_most_cents=int(at_most) * 100 if re.fullmatch(r"\d{1,5}", at_most, re.ASCII) else None,
        in_stock=query.get("stock") == "1",
        sort=sort if sort in SORTS else "featured",
    )


def select(products: Sequence[Product], filters: Filters) -> list[Product]:
    """Return the products that pass the filters, in the order asked for."""
    chosen = [
        p
        for p in products
        if (not filters.colours or p["colour"] in filters.colours)
        and (not filters.materials or p["material"] in filters.materials)
        and (filters.at_most_cents is None or p["price_cents"] <= filters.at_most_cents)
        and (p["in_stock"] or not filters.in_stock)
    ]
    if filters.sort == "price":
        chosen.sort(key=lambda p: p["price_cents"])
    elif filters.sort == "price-desc":
        chosen.sort(key=lambda p: -p["price_cents"])
    elif filters.sort == "rating":
        chosen.sort(key=lambda p: -p["rating"])
    return chosen


def search(products: Sequence[Product], text: str) -> list[Product]:
    """Products that hold every word of `text`, those with it in the name first."""
    words = text.casefold().split()
    if not words:
        return []

    def has(product: Product, *fields: str) -> bool:
        place = " ".join(str(product[field]) for field in fields).casefold()
        return all(word in place for word in words)

    found = [
        p for p in products if has(p, "name", "tagline", "category", "material", "colour", "slug")
    ]
    return sorted(found, key=lambda p: not has(p, "name"))


def price(cents: int) -> str:
    """Write an amount as shops do: € 19 or € 4.90."""
    return f"€ {cents // 100:,}" if cents % 100 == 0 else f"€ {cents / 100:,.2f}"


def checkout_errors(order: Mapping[str, Any], catalogue: Catalogue) -> dict[str, str]:
    """Check an order; return a message for each field that is wrong.

    Card numbers never arrive here, only their last four digits. A last digit of 2 is a bank that
    declines and the coupon EXPIRED has run out, so that error flows can be shown at will.
    """
    errors: dict[str, str] = {}
    patterns = {
        "email": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Please enter an e-mail address we can write to."),
        "name": (r".*\S.*", "Please tell us your name."),
        "street": (r".*\S.*", "Please enter a street and number."),
        "postcode": (r"[0-9A-Za-z][0-9A-Za-z \-]{2,9}", "Please enter a postcode."),
        "city": (r".*\S.*", "Please enter a town."),
        "delivery": ("|".join(DELIVERY_CENTS), "Please choose a kind of delivery."),
        "card_last4": (r"[0-9]{4}", "Please enter the card number."),
    }
    for field, (pattern, message) in patterns.items():
        value = order.get(field)
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            errors[field] = message
    if not errors and str(order["card_last4"]).endswith("2"):
        errors["card_last4"] = "Your bank declined this card. Please try another one."
    coupon = order.get("coupon") or ""
    if coupon and str(coupon) not in COUPONS:
        errors["coupon"] = f"The coupon “{str(coupon)[:20]}” is not valid any more."
    if not _cart_is_sound(order.get("items"), catalogue):
        errors["items"] = "Your cart is empty, or holds something that we do not sell."
    return errors


def _cart_is_sound(items: object, catalogue: Catalogue) -> bool:
    return (
        isinstance(items, dict)
        and bool(items)
        and all(
            catalogue.product(str(slug)) is not None and type(count) is int and 1 <= count <= 99
            for slug, count in items.items()
        )
    )


def order_number(order: Mapping[str, Any]) -> str:
    """Return the number of an order: the same order always has the same one."""
    digest = zlib.crc32(json.dumps(order, sort_keys=True).encode())
    return f"FW-{digest % 1_000_000:06d}"
