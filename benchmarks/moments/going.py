"""Scenes of going about: quick back, comparing, search refinement, media replay, informed click."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import scene

_SOUND = """
    const rate = 8000, seconds = 12, bytes = new Uint8Array(44 + rate * seconds).fill(128);
    const view = new DataView(bytes.buffer);
    const text = (at, word) => [...word].forEach((c, n) => view.setUint8(at + n, c.charCodeAt(0)));
    text(0, 'RIFF'); view.setUint32(4, 36 + rate * seconds, true); text(8, 'WAVEfmt ');
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, rate, true); view.setUint32(28, rate, true); view.setUint16(32, 1, true);
    view.setUint16(34, 8, true); text(36, 'data'); view.setUint32(40, rate * seconds, true);
    it.querySelector('#sound').src = URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }));
"""
_AUDIO = '<audio id="sound" controls></audio>'


async def _to_a_product(v: Hands) -> None:
    await v.press("main a[href^='/product/']")
    await v.page.wait_for_url("**/product/**")


@scene("quick_back")
async def _back_at_once(v: Hands) -> None:
    await v.go("/shop/camp")
    with v.within(6_500):
        await _to_a_product(v)
        await v.wait(1_500, 2_500)
        await v.page.go_back()
    await v.wait(1_500, 2_000)


@scene("quick_back")
async def _back_from_a_story(v: Hands) -> None:
    await v.go("/journal")
    with v.within(6_500):
        await v.press("main a[href^='/journal/']")
        await v.page.wait_for_url("**/journal/*")
        await v.wait(2_000, 2_500)
        await v.page.go_back()
    await v.wait(1_500, 2_000)


@scene("quick_back")
async def _back_after_a_glance_down(v: Hands) -> None:
    await v.go("/")
    with v.within(6_800):
        await v.press("[data-testid=hero-cta]")
        await v.page.wait_for_url("**/shop/camp")
        await v.wheel(500)
        await v.wait(800, 1_200)
        await v.page.go_back()
    await v.wait(1_500, 2_000)


@scene("quick_back")
async def _back_within_a_page_of_scripts(v: Hands) -> None:
    await v.go("/help")
    await v.run("history.pushState({}, '', '/help/parcels');")
    await v.wait(1_500, 2_500)
    await v.page.evaluate("() => history.back()")
    await v.wait(1_500, 2_000)


@scene()
async def _going_back_after_a_while(v: Hands) -> None:
    await v.go("/shop/camp")
    await _to_a_product(v)
    await v.wait(7_800, 8_200)
    await v.page.go_back()
    await v.wait(1_000, 1_500)


@scene()
async def _going_back_after_a_click(v: Hands) -> None:
    await v.go("/shop/camp")
    await _to_a_product(v)
    await v.settle()
    await v.press("summary >> nth=1")
    await v.wait(500, 600)
    await v.page.go_back()
    await v.wait(1_000, 1_500)


@scene()
async def _going_on_to_a_third_page(v: Hands) -> None:
    await v.go("/shop/camp")
    await _to_a_product(v)
    await v.wait(1_000, 1_500)
    await v.go("/journal")
    await v.wait(500, 900)


@scene()
async def _loading_a_page_again(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    for _ in range(2):
        await v.wait(1_000, 1_500)
        await v.page.reload()
        await v.settle()


@scene("comparing")
async def _one_and_the_other_and_the_one(v: Hands) -> None:
    for slug in ("enamel-mug", "pilz-lamp", "enamel-mug"):
        await v.go(f"/product/{slug}")
        await v.wheel(300)
        await v.wait(6_500, 7_000)


@scene("comparing")
async def _two_by_way_of_their_list(v: Hands) -> None:
    for path in ("product/pilz-lamp", "shop/home", "product/enamel-mug", "shop/home", "product/pilz-lamp"):  # fmt: skip
        await v.go(f"/{path}")
        await v.wheel(200)
        await v.wait(700, 900)


@scene("comparing")
async def _three_and_back_to_the_second(v: Hands) -> None:
    for slug in ("enamel-mug", "pilz-lamp", "kanne-teapot", "pilz-lamp"):
        await v.go(f"/product/{slug}")
        await v.wait(7_200, 7_600)


@scene()
async def _one_item_and_its_list(v: Hands) -> None:
    for path in ("/product/enamel-mug", "/shop/camp", "/product/enamel-mug"):
        await v.go(path)
        await v.wheel(200)
        await v.wait(7_200, 7_600)


@scene()
async def _three_items_one_after_the_other(v: Hands) -> None:
    for slug in ("enamel-mug", "pilz-lamp", "kanne-teapot"):
        await v.go(f"/product/{slug}")
        await v.wait(800, 1_200)


@scene()
async def _stories_are_no_items(v: Hands) -> None:
    for path in ("/journal", "/help", "/journal", "/help"):
        await v.go(path)
        await v.wait(7_200, 7_600)


@scene("media_replay")
async def _film_twice(v: Hands) -> None:
    await v.go("/product/steig-rolltop")
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.page.wait_for_function("() => document.querySelector('#film').ended")
    await v.wait(500, 900)
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.wait(1_500, 2_000)


@scene("media_replay", any_media=True)
async def _going_back_in_a_sound(v: Hands) -> None:
    await v.go("/help")
    await v.add(_AUDIO, _SOUND)
    await v.page.evaluate("() => document.querySelector('#sound').play()")
    await v.page.wait_for_function("() => document.querySelector('#sound').currentTime > 5")
    await v.run("it.querySelector('#sound').currentTime = 1;")
    await v.wait(1_500, 2_000)


@scene("media_replay", any_media=True)
async def _going_back_while_it_stands(v: Hands) -> None:
    await v.go("/help")
    await v.add(_AUDIO, _SOUND)
    await v.page.evaluate("() => document.querySelector('#sound').play()")
    await v.page.wait_for_function("() => document.querySelector('#sound').currentTime > 4.5")
    await v.run("it.querySelector('#sound').pause();")
    await v.wait(400, 600)
    await v.run("it.querySelector('#sound').currentTime = 0.5;")
    await v.wait(1_000, 1_500)


@scene()
async def _film_once(v: Hands) -> None:
    await v.go("/product/steig-rolltop")
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.page.wait_for_function("() => document.querySelector('#film').ended")
    await v.wait(500, 900)


@scene()
async def _film_that_loops(v: Hands) -> None:
    await v.go("/product/steig-rolltop")
    await v.page.evaluate(
        "() => { const film = document.querySelector('#film'); film.loop = true; film.play(); }"
    )
    await v.wait(10_000, 10_500)


@scene(any_media=True)
async def _going_forward_and_a_little_back(v: Hands) -> None:
    await v.go("/help")
    await v.add(_AUDIO, _SOUND)
    await v.page.evaluate("() => document.querySelector('#sound').play()")
    await v.page.wait_for_function("() => document.querySelector('#sound').currentTime > 2")
    await v.run("it.querySelector('#sound').currentTime = 9;")
    await v.wait(800, 1_000)
    await v.run("it.querySelector('#sound').currentTime = 5;")
    await v.wait(800, 1_000)


async def _to_reviews(v: Hands, low: float, high: float) -> None:
    await v.go("/product/enamel-mug")
    await v.show("#reviews")
    await v.wait(low, high)
    await v.page.evaluate("() => scrollTo(0, 0)")
    await v.wait(400, 600)


@scene("informed_click")
async def _reading_before_buying(v: Hands) -> None:
    await _to_reviews(v, 11_500, 12_500)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene("informed_click")
async def _reading_in_two_parts_before_buying(v: Hands) -> None:
    await _to_reviews(v, 6_500, 7_000)
    await v.show("#reviews")
    await v.wait(6_500, 7_000)
    await v.page.evaluate("() => scrollTo(0, 0)")
    await v.wait(400, 600)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene("informed_click")
async def _buying_with_the_reviews_in_sight(v: Hands) -> None:
    await v.go("/product/pilz-lamp")
    await v.run(
        "const buy = document.createElement('button'); buy.className = 'button'; buy.textContent = 'Buy now';"
        "buy.addEventListener('click', () => { buy.textContent = 'Yours'; });"
        "document.querySelector('#reviews').prepend(buy);"
    )
    await v.show("#reviews")
    await v.wait(11_500, 12_500)
    await v.press("#reviews .button >> nth=0")
    await v.wait(800, 1_200)


@scene()
async def _buying_at_once(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.wheel(300, -300)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene()
async def _a_glance_at_the_reviews(v: Hands) -> None:
    await _to_reviews(v, 4_000, 5_000)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene()
async def _reading_something_else_before_buying(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.wait(11_500, 12_500)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene()
async def _reading_and_then_unfolding_a_text(v: Hands) -> None:
    await _to_reviews(v, 11_500, 12_000)
    await v.press("summary >> nth=1")
    await v.wait(800, 1_200)


async def _search(v: Hands, text: str, field: str = "#search-input") -> None:
    await v.press(field)
    await v.page.keyboard.press("Control+A")
    await v.page.keyboard.type(text, delay=40)
    async with v.page.expect_navigation(url="**/search*"):
        await v.page.keyboard.press("Enter")
    await v.settle()
    await v.wait(3_200, 3_600)


@scene("search_refinement")
async def _searching_again(v: Hands) -> None:
    await v.go("/")
    for text in ("lantern", "lamp"):
        await _search(v, text)


@scene("search_refinement")
async def _searching_on_the_page_of_results(v: Hands) -> None:
    await v.go("/")
    await _search(v, "lantern")
    await _search(v, "lamp", "[data-testid=search-again]")


@scene("search_refinement")
async def _searching_three_times(v: Hands) -> None:
    await v.go("/journal")
    for text in ("rug", "carpet", "wool"):
        await _search(v, text)


@scene()
async def _searching_and_finding(v: Hands) -> None:
    await v.go("/")
    await _search(v, "lamp")
    await v.press("main a[href^='/product/']")
    await v.page.wait_for_url("**/product/**")
    await v.settle()
    await _search(v, "mug")


@scene()
async def _results_loaded_again(v: Hands) -> None:
    await v.go("/")
    await _search(v, "lamp")
    await v.page.reload()
    await v.settle()
    await v.wait(3_200, 3_600)


@scene()
async def _next_page_of_results(v: Hands) -> None:
    await v.go("/")
    await _search(v, "lamp")
    for number in (2, 3):
        await v.go(f"/search?q=lamp&page={number}")
        await v.wait(7_200, 7_600)
