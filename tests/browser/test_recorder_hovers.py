"""Facts of what the pointer was over, by which edge it left, and what was in sight; in a real Chromium."""

from playwright.async_api import Browser, Page

from footfall.wire.facts import (
    Exposure,
    Hover,
    Reaction,
)
from footfall.wire.schema import Click, Pointer
from tests.browser.recorder_site import Site, open_page

BUTTON = (
    "<button id='b' style='width:100px;height:40px'>Pay <b>now</b></button>"
    "<p id='p' style='height:200px'>Text</p>"
)


async def test_a_pointer_that_stays_over_a_button_and_goes_on(page: Page, site: Site) -> None:
    await open_page(page, site, BUTTON)
    await page.mouse.move(20, 10)
    await page.wait_for_timeout(3200)
    await page.mouse.move(70, 10)  # still on it
    await page.mouse.move(20, 160)
    await site.until(lambda: len(site.of(Hover)) == 1)
    [hover] = site.of(Hover)
    assert (hover.key, hover.pointer, hover.clicks, hover.text) == ("#b", "mouse", 0, "Pay now")
    assert 3000 <= hover.duration < 20_000
    # A text is nothing that one clicks.
    await page.wait_for_timeout(500)
    await page.mouse.move(30, 10)
    await page.wait_for_timeout(500)
    await page.mouse.dblclick(30, 10)
    await page.mouse.click(30, 160)
    await site.until(lambda: len(site.of(Click)) == 3 and len(site.of(Hover)) == 2)
    first, second, text = site.of(Click)
    assert 500 <= first.hover < 20_000
    assert (second.hover, text.hover) == (0, 0)
    stay = site.of(Hover)[1]
    assert (stay.clicks, stay.text if stay.duration < 3000 else "") == (2, "")
    assert stay.duration >= first.hover


async def test_what_comes_under_a_pointer_at_rest_is_not_hovered_over(
    page: Page, site: Site
) -> None:
    tall = "<div style='height:600px'>Up</div>" + BUTTON + "<div style='height:3000px'>Down</div>"
    await open_page(page, site, tall)
    await page.mouse.move(20, 20)
    await page.evaluate("() => scrollTo(0, 600)")
    await page.wait_for_function("() => document.querySelector('#b').matches(':hover')")
    await page.wait_for_timeout(500)
    await page.mouse.click(20, 20)
    await site.until(lambda: len(site.of(Click)) == 1)
    assert site.of(Click)[0].hover == 0
    # What is scrolled away was hovered over until then.
    await page.mouse.move(30, 25)
    await page.wait_for_timeout(500)
    await page.evaluate("() => scrollTo(0, 2000)")
    await site.until(lambda: len(site.of(Hover)) == 1)
    assert site.of(Hover)[0].key == "#b"


async def test_hovers_are_as_secret_as_clicks(page: Page, site: Site) -> None:
    body = (
        "<div data-footfall='ignore'><button id='i' style='width:100px;height:40px'>Ignored</button></div>"
        "<div id='d' data-footfall='block'><button id='s' style='width:100px;height:40px'>Blocked</button></div>"
        "<button id='m' data-footfall='mask' style='width:100px;height:40px'>Masked</button>"
    )
    await open_page(page, site, body)
    for key in ("#i", "#s", "#m"):
        await page.hover(key)
        await page.wait_for_timeout(3200)
    await page.mouse.move(600, 500)
    await site.until(lambda: len(site.of(Hover)) == 2)
    assert [(one.key, one.text) for one in site.of(Hover)] == [("#d", ""), ("#m", "Xxxxxx")]


async def test_the_edge_by_which_the_pointer_leaves(page: Page, site: Site) -> None:
    await open_page(page, site, "<main style='height:3000px'>long</main>")
    for y in (400, 300, 200, 100, 30):
        await page.mouse.move(300, y)
        await page.wait_for_timeout(40)
    await page.mouse.move(300, -20)
    await site.until(lambda: any(one.edge for one in site.of(Pointer)))
    [left] = [one for one in site.of(Pointer) if one.edge]
    assert left.edge == "top"
    assert left.speed > 0
    assert sum(left.ys) == 0, "it is clamped to the window"
    await page.mouse.move(400, 300)
    await page.mouse.click(400, 300)
    await site.until(lambda: any(one.held for one in site.of(Pointer)))
    assert {one.edge for one in site.of(Pointer) if one is not left} == {""}, "it left once"


async def test_marked_zones_tell_how_long_they_were_seen(page: Page, site: Site) -> None:
    body = (
        "<div style='height:1500px'>Up</div><section id='z' data-footfall-zone='reviews' style='height:400px'>"
        "Good</section><div data-footfall='ignore'><p data-footfall-zone='hidden'>x</p></div>"
        "<div style='height:3000px'>Down</div>"
    )
    await open_page(page, site, body)
    await page.wait_for_timeout(400)
    await page.evaluate("() => scrollTo(0, 1400)")
    await page.wait_for_timeout(800)
    await page.evaluate("() => scrollTo(0, 0)")
    await site.until(lambda: len(site.of(Exposure)) == 1)
    [seen] = site.of(Exposure)
    assert seen.zone == "reviews"
    assert 500 <= seen.duration < 20_000
    # One that comes later, higher than the window, and is there when the page is left.
    await page.evaluate(
        """() => { const it = document.createElement("div"); it.dataset.footfallZone = "terms";
        it.style.height = "5000px"; document.body.prepend(it); }"""
    )
    await page.wait_for_timeout(2500)
    await page.goto("about:blank")
    await site.until(lambda: len(site.of(Exposure)) == 2)
    assert site.of(Exposure)[1].zone == "terms"


async def test_what_looks_interactive_and_what_only_has_a_role(page: Page, site: Site) -> None:
    body = (
        "<div role='region'><p id='p'>Text</p></div><button id='b'>Turn</button>"
        "<script>b.onclick = () => b.animate({ rotate: ['0deg', '90deg'] }, 300)</script>"
    )
    await open_page(page, site, body)
    await page.click("#p")
    await page.click("#b")
    await site.until(lambda: len(site.of(Reaction)) == 1)
    [turned] = site.of(Reaction)
    assert (turned.key, turned.target, turned.effect) == ("#b", "button", "mutation")
    await page.goto("about:blank")
    await site.until(lambda: len(site.of(Reaction)) == 2)
    assert (site.of(Reaction)[1].key, site.of(Reaction)[1].target) == ("#p", "")


async def test_a_stretch_of_the_pointer_says_whether_a_button_was_held(
    page: Page, site: Site
) -> None:
    await open_page(page, site, "<main style='height:600px'>long</main>")
    await page.mouse.move(100, 100)
    await page.mouse.move(120, 120)
    await page.mouse.down()
    for x in (150, 200, 250):
        await page.mouse.move(x, 120)
        await page.wait_for_timeout(70)
    await page.mouse.up()
    await page.mouse.move(300, 300)
    await page.mouse.click(300, 300)
    await site.until(lambda: len(site.of(Click)) == 2)
    held = [one for one in site.of(Pointer) if one.held]
    assert held[0].xs[0] == 120, "it was pressed there"
    assert 120 < sum(held[0].xs) <= 250
    assert {one.held for one in site.of(Pointer)} == {False, True}


async def test_each_touch_begins_a_stretch(browser: Browser, site: Site) -> None:
    context = await browser.new_context(has_touch=True, viewport={"width": 400, "height": 700})
    page = await context.new_page()
    await open_page(page, site, "<main style='height:600px'>long</main>")
    for x, y in ((50, 60), (300, 400), (304, 402)):
        await page.touchscreen.tap(x, y)
    await site.until(lambda: len(site.of(Click)) == 3)
    await page.goto("about:blank")
    await site.until(lambda: len(site.of(Pointer)) == 3)
    assert [(one.pointer, one.held, one.xs) for one in site.of(Pointer)] == [
        ("touch", True, (x,)) for x in (50, 300, 304)
    ]
    await context.close()
