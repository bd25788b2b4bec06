"""Pictures of canvases: taken when drawn and in view, of what may be read, and the page's methods given back."""

import io
from typing import Final

from PIL import Image
from playwright.async_api import Page

from footfall.wire.schema import Asset
from tests.browser.frames import Node
from tests.browser.recorder_site import Site

_DRAW: Final = """<script>window.draw = (id, colour) => {
  const pen = document.getElementById(id).getContext("2d");
  pen.fillStyle = colour; pen.fillRect(0, 0, 50, 50);
};</script>"""
# A tab that is hidden sends what it has.
_HIDE_AND_SHOW: Final = """() => {
  for (const state of ["hidden", "visible"]) {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }
  delete document.visibilityState;
}"""
_PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def _put(site: Site, body: str, attributes: str = 'data-canvas="5"', head: str = "") -> None:
    site.pages["/"] = (
        f"<!doctype html><head>{head}{site.script(attributes)}</head><body>{body}{_DRAW}</body>"
    )


def _canvas(site: Site, name: str) -> Node:
    return site.tree().find("canvas", id=name)


def _picture(site: Site, name: str) -> str | None:
    return _canvas(site, name).attributes.get("ff-canvas")


async def _open(page: Page, site: Site) -> None:
    await page.goto(site.origin)
    await site.until_keyframe()
    patched = "() => !/native code/.test(CanvasRenderingContext2D.prototype.fillRect)"
    await page.wait_for_function(patched)


async def _flush(page: Page) -> None:
    await page.wait_for_timeout(1000)
    await page.evaluate(_HIDE_AND_SHOW)
    await page.wait_for_timeout(300)


def _pictures(site: Site) -> list[Asset]:
    # A chunk may come twice.
    facts = {fact.ref: fact for fact in site.of(Asset) if fact.type == "image/webp"}
    return list(facts.values())


async def test_a_picture_is_taken_when_something_was_drawn_and_only_then(
    page: Page, site: Site
) -> None:
    _put(site, '<canvas id="a" width="50" height="50"></canvas>')
    await _open(page, site)
    await _flush(page)
    first = len(_pictures(site))
    await page.evaluate("draw('a', 'red')")
    await _flush(page)
    assert len(_pictures(site)) == first + 1
    red = _picture(site, "a")
    assert red == f"ff:{_pictures(site)[-1].ref}"
    await page.evaluate("draw('a', 'red')")
    await _flush(page)
    assert len(_pictures(site)) == first + 1
    await page.evaluate("draw('a', 'blue')")
    await _flush(page)
    assert _picture(site, "a") != red
    kind, data = site.assets[_pictures(site)[-1].sha256.hex()]
    assert (kind, data[8:12]) == ("image/webp", b"WEBP")


async def test_it_is_no_larger_than_it_is_shown_and_only_taken_in_view(
    page: Page, site: Site
) -> None:
    _put(
        site,
        '<canvas id="a" width="1000" height="1000" style="width: 100px"></canvas>'
        '<div style="height: 3000px"></div><canvas id="far" width="60" height="60"></canvas>',
    )
    await _open(page, site)
    await page.evaluate("draw('a', 'red'); draw('far', 'red')")
    await _flush(page)
    assert _picture(site, "far") is None
    assert max(_size(data) for _, data in site.assets.values()) == (100, 100)
    await page.evaluate("document.getElementById('far').scrollIntoView()")
    await _flush(page)
    assert (_picture(site, "far") or "").startswith("ff:")


def _size(webp: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(webp)) as image:
        return image.size


async def test_what_nobody_may_read_is_told_and_what_is_blocked_is_not_taken(
    page: Page, site: Site
) -> None:
    site.files["/dot.png"] = ("image/png", _PNG)
    other = site.origin.replace("127.0.0.1", "localhost")
    canvases = (
        '<canvas id="tainted"></canvas><canvas id="blocked" data-footfall="block"></canvas>'
        '<div data-footfall="mask"><canvas id="masked"></canvas></div>'
        f'<img id="dot" src="{other}/dot.png">'
    )
    _put(site, canvases)
    await _open(page, site)
    await page.evaluate(
        """async () => {
          const dot = document.getElementById("dot");
          await dot.decode();
          document.getElementById("tainted").getContext("2d").drawImage(dot, 0, 0);
          draw("blocked", "red"); draw("masked", "red");
        }"""
    )
    await _flush(page)
    assert _picture(site, "tainted") == "tainted"
    assert _picture(site, "blocked") is None
    assert _picture(site, "masked") is None


async def test_strict_mode_takes_none(page: Page, site: Site) -> None:
    _put(site, '<canvas id="a"></canvas>', 'data-canvas="5" data-mask="strict"')
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate("draw('a', 'red')")
    await _flush(page)
    assert not [path for path in site.requests if path.startswith("/footfall-canvas")]
    assert _pictures(site) == []


async def test_no_worker_is_needed(page: Page, site: Site) -> None:
    policy = f"script-src {site.origin} 'unsafe-inline'; connect-src {site.origin}"
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    _put(site, '<canvas id="a"></canvas>', head=meta)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await _open(page, site)
    await page.evaluate("draw('a', 'red')")
    await _flush(page)
    assert (_picture(site, "a") or "").startswith("ff:")
    assert errors == []


async def test_stopping_gives_back_what_was_patched(page: Page, site: Site) -> None:
    natives = """() => ["fillRect", "drawImage", "reset"]
      .every((name) => /native code/.test(CanvasRenderingContext2D.prototype[name]))
      && /native code/.test(WebGLRenderingContext.prototype.clear)
      && /native code/.test(Object.getOwnPropertyDescriptor(HTMLCanvasElement.prototype, "width").set)"""
    _put(site, '<canvas id="a"></canvas>')
    await _open(page, site)
    await page.evaluate("() => footfall.stop()")
    assert await page.evaluate(natives)
