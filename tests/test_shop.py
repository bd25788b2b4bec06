"""The demo shop: every link leads somewhere, its policy is sent, its checkout checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from footfall.demo import goods
from footfall.demo.shop import PAGE_SIZE, create_shop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

ROOT = Path(__file__).parents[1] / "demo" / "shop"
ORIGIN = "http://127.0.0.1:9"
Client: TypeAlias = "TestClient[web.Request, web.Application]"

GOOD_ORDER: dict[str, Any] = {
    "email": "mara@example.org",
    "name": "Mara Lind",
    "street": "Am Hang 3",
    "postcode": "6020",
    "city": "Innsbruck",
    "country": "AT",
    "delivery": "standard",
    "card_last4": "4244",
    "coupon": "",
    "items": {"enamel-mug": 2},
}


@pytest.fixture
async def shop() -> AsyncIterator[Client]:
    async with TestClient(TestServer(create_shop(ROOT, ORIGIN, "key-1"))) as client:
        yield client


@pytest.fixture(scope="module")
def catalogue() -> goods.Catalogue:
    return goods.load_catalogue(ROOT / "catalogue.json")


async def test_every_link_that_home_leads_to_answers(shop: Client) -> None:
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop()
        answer = await shop.get(path)
        assert answer.status == 200, path
        assert "connect-src 'self' http://127.0.0.1:9;" in answer.headers["Content-Security-Policy"]
        if answer.content_type != "text/html":
            continue
        page = await answer.text()
        assert f'<script defer src="{ORIGIN}/footfall.js" data-project="key-1"></script>' in page
        for target in re.findall(r'(?:href|src|data-photo|poster|action)="(/[^"#]*)', page):
            link = target.replace("&amp;", "&")
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert "/product/twig-vase" in seen
    assert "/static/video/rolltop.webm" in seen
    assert "/frames/size-guide/home?of=twig-vase" in seen


def test_pages_obey_their_policy() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), template
        assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), template
        assert not re.search(r'(?:src|href)="https?:', text), template


def test_scripts_find_their_hooks() -> None:
    templates = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "templates").rglob("*.html"))
    ids = set(re.findall(r'\bid="([a-z0-9_-]+)"', templates))
    for script in (ROOT / "static" / "js").glob("*.js"):
        wanted = set(re.findall(r'find\("#([a-z0-9_-]+)"\)', script.read_text(encoding="utf-8")))
        assert wanted <= ids, (script.name, wanted - ids)


async def test_unknown_pages_are_not_found(shop: Client) -> None:
    for path in ("/nope", "/shop/nope", "/product/nope", "/journal/nope"):
        answer = await shop.get(path)
        assert answer.status == 404, path
        assert "Off the map" in await answer.text()
        assert "Content-Security-Policy" in answer.headers


def test_catalogue_and_images_agree(catalogue: goods.Catalogue) -> None:
    images = ROOT / "static" / "images"
    assert len(catalogue.products) >= 24
    assert len({p["slug"] for p in catalogue.products}) == len(catalogue.products)
    assert {p["category"] for p in catalogue.products} == {c["slug"] for c in catalogue.categories}
    named = [name for p in catalogue.products for name in p["images"]]
    named += [story["image"] for story in catalogue.journal]
    for name in named:
        with Image.open(images / name) as picture:
            assert picture.size in ((720, 720), (960, 640)), name
    made = {path.name for path in images.iterdir()}
    assert made == {*named, "hero.webp", "film-poster.webp"}
    assert sum(path.stat().st_size for path in images.iterdir()) <= 700_000
    assert (ROOT / "static" / "video" / "rolltop.webm").stat().st_size <= 120_000
    for story in catalogue.journal:
        assert all(catalogue.product(slug) for slug in story["packing"])
    for product in catalogue.products:
        stars = [review["stars"] for review in product["reviews"]]
        assert product["rating"] == round(sum(stars) / len(stars), 1)


def test_filters_select(catalogue: goods.Catalogue) -> None:
    query = {"max": "100", "stock": "1", "sort": "price"}
    chosen = goods.select(catalogue.products, goods.read_filters(query, ["clay", "sand"], []))
    expected = [
        p["slug"]
        for p in sorted(catalogue.products, key=lambda p: p["price_cents"])
        if p["colour"] in {"clay", "sand"} and p["price_cents"] <= 10_000 and p["in_stock"]
    ]
    assert [p["slug"] for p in chosen] == expected
    assert expected
    nonsense = goods.read_filters({"max": "-1", "sort": "'"}, [], [])
    assert goods.select(catalogue.products, nonsense) == catalogue.products


async def test_search_finds_by_every_word(shop: Client, catalogue: goods.Catalogue) -> None:
    found = [p["slug"] for p in goods.search(catalogue.products, "LAMP table")]
    assert found == ["pilz-lamp"]
    page = await (await shop.get("/search", params={"q": "<b>xyzzy"})).text()
    assert "&lt;b&gt;xyzzy" in page
    assert "<b>xyzzy" not in page
    assert "nothing of that name" in page


async def test_endless_list_ends(shop: Client, catalogue: goods.Catalogue) -> None:
    slugs: list[str] = []
    for number in range(1, 10):
        part = await (await shop.get("/api/products", params={"page": number})).json()
        slugs += [p["slug"] for p in part["products"]]
        assert len(part["products"]) <= PAGE_SIZE
        if not part["more"]:
            break
    assert slugs == [p["slug"] for p in catalogue.products]
    assert (await shop.get("/api/products?page=x")).status == 400
    some = await (await shop.get("/api/products?slugs=twig-vase,nope")).json()
    assert [p["slug"] for p in some["products"]] == ["twig-vase"]


async def test_a_good_order_gets_a_number(shop: Client) -> None:
    numbers = set()
    for _ in range(2):
        answer = await shop.post("/api/checkout", json=GOOD_ORDER)
        assert answer.status == 200
        numbers.add((await answer.json())["order"])
    assert len(numbers) == 1
    assert re.fullmatch(r"FW-\d{6}", numbers.pop())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "mara"}, "email"),
        ({"email": 5}, "email"),
        ({"name": " "}, "name"),
        ({"postcode": "1"}, "postcode"),
        ({"delivery": "rocket"}, "delivery"),
        ({"card_last4": "4242"}, "card_last4"),
        ({"card_last4": "٤٢٤٤"}, "card_last4"),
        ({"coupon": "EXPIRED"}, "coupon"),
        ({"coupon": ["FERNWEH10"]}, "coupon"),
        ({"items": {}}, "items"),
        ({"items": {"nope": 1}}, "items"),
        ({"items": {"enamel-mug": 0}}, "items"),
        ({"items": {"enamel-mug": True}}, "items"),
    ],
)
async def test_a_wrong_order_is_told_why(shop: Client, change: dict[str, Any], field: str) -> None:
    answer = await shop.post("/api/checkout", json=GOOD_ORDER | change)
    assert answer.status == 422
    assert list((await answer.json())["errors"]) == [field]


async def test_an_order_must_be_an_object(shop: Client) -> None:
    for body in ("", "[1]", "{"):
        assert (await shop.post("/api/checkout", data=body)).status == 400
