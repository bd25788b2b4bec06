"""The demo shop's web application: pages, a small JSON API, static files. It keeps no state."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import jinja2
from aiohttp import web

from footfall.demo import goods

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

PAGE_SIZE = 8
LIST_DELAY_S = 0.25  # a list that loads at once would show no waiting in the recordings
TOPICS = ("all", "walk", "camp", "water")


def create_shop(root: Path, footfall_origin: str, project_key: str) -> web.Application:
    """Make the shop whose files are in `root`, recorded by the Footfall at `footfall_origin`.

    Raises OSError or ValueError when catalogue.json cannot be read.
    """
    shop = _Shop(root, footfall_origin.rstrip("/"), project_key)
    app = web.Application(middlewares=[shop.guard])
    app.add_routes(
        [
            web.get("/", shop.home),
            web.get("/shop", shop.all_goods),
            web.get("/shop/{category}", shop.category),
            web.get("/product/{slug}", shop.product),
            web.get("/search", shop.search),
            web.get("/journal", shop.journal),
            web.get("/journal/{slug}", shop.journal),
            web.get("/frames/size-guide/{category}", shop.size_guide),
            web.get("/api/products", shop.api_products),
            web.get("/api/journal", shop.api_journal),
            web.post("/api/checkout", shop.api_checkout),
            web.static("/static", root / "static"),
        ]
    )
    for name in ("cart", "checkout", "thanks", "account", "help"):
        app.router.add_get(f"/{name}", shop.plain_page(name))
    return app


class _Shop:
    """The handlers, which share the catalogue and the templates."""

    def __init__(self, root: Path, footfall_origin: str, project_key: str) -> None:
        self.catalogue = goods.load_catalogue(root / "catalogue.json")
        self.templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(root / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.filters["price"] = goods.price
        self.templates.globals.update(
            footfall_origin=footfall_origin,
            project_key=project_key,
            categories=self.catalogue.categories,
        )
        self.policy = (
            f"default-src 'self'; script-src 'self' {footfall_origin}; "
            f"connect-src 'self' {footfall_origin}; img-src 'self' data:; "
            "style-src 'self' 'unsafe-inline'; media-src 'self'"
        )

    @web.middleware
    async def guard(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Give every answer the policy, and what is not found a page of its own."""
        try:
            response = await handler(request)
        except web.HTTPNotFound:
            response = self.page("404.html", status=404)
        response.headers["Content-Security-Policy"] = self.policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def page(self, template: str, status: int = 200, **values: object) -> web.Response:
        """Render a template."""
        text = self.templates.get_template(template).render(**values)
        return web.Response(text=text, status=status, content_type="text/html")

    def plain_page(self, name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        """Handle a page that needs nothing but its template."""

        async def handle(request: web.Request) -> web.Response:
            return self.page(f"{name}.html")

        return handle

    async def home(self, request: web.Request) -> web.Response:
        """Answer with the home page."""
        products = self.catalogue.products
        return self.page(
            "home.html",
            fresh=[p for p in products if p["is_new"]],
            loved=sorted(products, key=lambda p: -p["rating"])[:4],
            stories=self.catalogue.journal[:3],
        )

    async def all_goods(self, request: web.Request) -> web.Response:
        """Answer with the endless list; the first page of it is in the document."""
        products = self.catalogue.products
        return self.page("all.html", products=products[:PAGE_SIZE], total=len(products))

    async def category(self, request: web.Request) -> web.Response:
        """Answer with a category, filtered and sorted by the query."""
        category = self.catalogue.category(request.match_info["category"])
        if category is None:
            raise web.HTTPNotFound
        offered = [p for p in self.catalogue.products if p["category"] == category["slug"]]
        query = request.query
        filters = goods.read_filters(
            query, query.getall("colour", []), query.getall("material", [])
        )
        return self.page(
            "category.html",
            category=category,
            products=goods.select(offered, filters),
            filters=filters,
            sorts=goods.SORTS,
            colours=sorted({p["colour"] for p in offered}),
            materials=sorted({p["material"] for p in offered}),
            highest=max(p["price_cents"] for p in offered) // 100,
        )

    async def product(self, request: web.Request) -> web.Response:
        """Answer with a product's page."""
        product = self.catalogue.product(request.match_info["slug"])
        if product is None:
            raise web.HTTPNotFound
        alike = [
            p
            for p in self.catalogue.products
            if p["category"] == product["category"] and p is not product
        ]
        category = self.catalogue.category(product["category"])
        return self.page("product.html", product=product, category=category, alike=alike[:4])

    async def search(self, request: web.Request) -> web.Response:
        """Answer with what the site search finds."""
        text = request.query.get("q", "").strip()[:80]
        found = goods.search(self.catalogue.products, text)
        suggested = self.catalogue.products[12:16]
        return self.page("search.html", text=text, products=found, suggested=suggested)

    async def journal(self, request: web.Request) -> web.Response:
        """Answer with the shell of the single-page section, for its list and for each story."""
        slug = request.match_info.get("slug")
        if slug is not None and all(s["slug"] != slug for s in self.catalogue.journal):
            raise web.HTTPNotFound
        return self.page("journal.html", topics=TOPICS)

    async def size_guide(self, request: web.Request) -> web.Response:
        """Answer with the document that product pages show in a frame."""
        category = self.catalogue.category(request.match_info["category"])
        if category is None:
            raise web.HTTPNotFound
        inside = [p for p in self.catalogue.products if p["category"] == category["slug"]]
        return self.page("frames/size_guide.html", category=category, products=inside)

    async def api_products(self, request: web.Request) -> web.Response:
        """Answer with products as JSON: a page of the endless list, or those named by `slugs`."""
        slugs = request.query.get("slugs")
        if slugs is not None:
            named = slugs.split(",")
            return web.json_response(
                {"products": [p for p in self.catalogue.products if p["slug"] in named]}
            )
        number = request.query.get("page", "1")
        if not (number.isascii() and number.isdigit() and len(number) < 5):
            return web.json_response({"error": "page must be a small number"}, status=400)
        category = request.query.get("category", "")
        chosen = [p for p in self.catalogue.products if category in ("", p["category"])]
        start = max(int(number) - 1, 0) * PAGE_SIZE
        await asyncio.sleep(LIST_DELAY_S)
        part = chosen[start : start + PAGE_SIZE]
        return web.json_response({"products": part, "more": start + PAGE_SIZE < len(chosen)})

    async def api_journal(self, request: web.Request) -> web.Response:
        """Answer with the stories as JSON."""
        return web.json_response({"stories": self.catalogue.journal})

    async def api_checkout(self, request: web.Request) -> web.Response:
        """Check an order and answer with its number, or 422 with what is wrong. Nothing is kept."""
        order = _object(await request.text())
        if order is None:
            return web.json_response({"error": "not a JSON object"}, status=400)
        errors = goods.checkout_errors(order, self.catalogue)
        if errors:
            return web.json_response({"errors": errors}, status=422)
        return web.json_response({"order": goods.order_number(order)})


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
