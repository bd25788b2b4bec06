"""Assets cost a returning visitor nothing: known ones are told from memory, and read only when the server asks."""

import asyncio
import os
from itertools import pairwise

from playwright.async_api import Browser, Page

from footfall.wire.schema import Asset
from tests.browser.recorder_site import PROJECT, Site

_KEY = f"footfall:{PROJECT}:assets"
_PIXEL = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
_INLINE = f"data:image/png;base64,{'iVBORw0KGgo' * 600}"
_CSS = f"p {{ background: url(pixel.svg) }} b {{ background: url({_INLINE}) }}".encode()
_REFS = 3

_OWN_READS = """() => performance.getEntriesByType('resource')
    .filter(({ initiatorType, name }) => initiatorType === 'fetch' && !name.includes('/ingest/'))
    .map(({ name }) => new URL(name).pathname).sort()"""


def _furnish(site: Site, attributes: str = "") -> None:
    site.files["/pixel.svg"] = ("image/svg+xml", _PIXEL)
    site.files["/style.css"] = ("text/css", _CSS)
    head = f'{site.script(attributes)}<link rel="stylesheet" href="/style.css">'
    for path in ("/", "/second"):
        site.pages[path] = f"<!doctype html><head>{head}</head><p>styled</p><b>too</b>"


def _told(site: Site, view: int) -> dict[str, bytes]:
    """Return what the facts of a document say."""
    chunks = [chunk for chunk in site.arrived if chunk.header.document == view]
    facts = [fact for chunk in chunks for fact in chunk.facts]
    return {fact.ref: fact.sha256 for fact in facts if isinstance(fact, Asset)}


async def _first_visit(page: Page, site: Site) -> dict[str, bytes]:
    await page.goto(site.origin)
    await site.until(lambda: len(site.assets) == _REFS)
    told = _told(site, 1)
    assert len(told) == _REFS
    return told


async def test_a_returning_visitor_reads_nothing(page: Page, site: Site) -> None:
    _furnish(site)
    told = await _first_visit(page, site)
    assert await page.evaluate(_OWN_READS) == ["/pixel.svg", "/style.css"]
    await page.goto(f"{site.origin}/second")
    await site.until(lambda: len(_told(site, 2)) == _REFS)
    assert _told(site, 2) == told
    assert await page.evaluate(_OWN_READS) == []
    kept = await page.evaluate(f"localStorage.getItem('{_KEY}')")
    assert "pixel" not in kept
    assert site.origin not in kept


async def test_what_the_server_lacks_is_read_for_it(page: Page, site: Site) -> None:
    _furnish(site)
    await _first_visit(page, site)
    kept = dict(site.assets)
    site.assets.clear()
    await page.goto(f"{site.origin}/second")
    await site.until(lambda: len(site.assets) >= _REFS - 1)
    # What stands in the style sheet comes with the next page: its URL is not remembered.
    await page.goto(site.origin)
    await site.until(lambda: site.assets == kept)


async def test_an_upload_that_the_visitor_left_goes_on_with_the_next_page(
    page: Page, site: Site
) -> None:
    _furnish(site)
    site.slow_assets = asyncio.Event()
    await page.goto(site.origin)
    await site.until(lambda: len(_told(site, 1)) == _REFS)
    await page.wait_for_function(
        "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/ingest/'))"
    )
    await page.goto(f"{site.origin}/second")
    site.slow_assets.set()
    await site.until(lambda: len(site.assets) == _REFS)


async def test_changed_content_is_noticed(page: Page, site: Site) -> None:
    _furnish(site)
    told = await _first_visit(page, site)
    site.files["/pixel.svg"] = ("image/svg+xml", _PIXEL + b"<!-- wider -->")
    session = await page.context.new_cdp_session(page)
    await session.send("Network.clearBrowserCache")
    await page.goto(f"{site.origin}/second")
    await site.until(lambda: len(_told(site, 2)) == _REFS and len(site.assets) == _REFS + 1)
    changed = [ref for ref, sha in _told(site, 2).items() if told[ref] != sha]
    assert len(changed) == 1


async def test_without_consent_nothing_is_kept(page: Page, site: Site) -> None:
    _furnish(site, "data-consent=required")
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall?.session")
    assert await page.evaluate("localStorage.length") == 0
    await page.evaluate("footfall.consent('granted')")
    await site.until(lambda: len(site.assets) == _REFS)
    await page.goto(f"{site.origin}/second")
    await site.until(lambda: any(chunk.header.document == 2 for chunk in site.arrived))
    assert await page.evaluate(f"localStorage.getItem('{_KEY}')")
    await page.evaluate("footfall.consent('denied')")
    assert await page.evaluate("localStorage.length") == 0
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall?.session")
    assert await page.evaluate("localStorage.length") == 0


async def test_large_contents_are_read_and_uploaded_one_at_a_time(
    browser: Browser, site: Site
) -> None:
    head = b"\x89PNG\r\n\x1a\n"
    pictures = {f"/{number}.png": head + os.urandom(3_000_000) for number in range(4)}
    for path, data in pictures.items():
        site.files[path] = ("image/png", data)
    body = "".join(f'<img src="{path}">' for path in pictures)
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head>{body}"
    page = await browser.new_page()
    await page.goto(site.origin)
    await site.until(lambda: len(site.assets) == len(pictures), 30)
    assert {data for _, data in site.assets.values()} == set(pictures.values())
    spans: list[dict[str, float]] = []
    while len(spans) < 2 * len(pictures):  # the last answer has to come back, too
        spans = await page.evaluate(
            """() => performance.getEntriesByType('resource')
                .filter(({ initiatorType, name }) => initiatorType === 'fetch' && /png|asset/.test(name))
                .map((entry) => ({ upload: /asset/.test(entry.name), begun: entry.startTime,
                    answered: entry.responseStart }))"""
        )
    for upload in (False, True):
        one_kind = sorted(
            (span["begun"], span["answered"]) for span in spans if span["upload"] == upload
        )
        assert len(one_kind) == len(pictures)
        pairs = pairwise(one_kind)
        assert all(answered <= begun + 1 for (_, answered), (begun, _) in pairs), spans
    await page.close()
