"""Scenes of the pointer and of scrolling: thrashed cursor, excessive scrolling, hesitation on elements, exit intent."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import ANSWER, BUTTON, on_click, scene

_CANVAS = '<canvas id="paper" width="600" height="300" style="background:#eee"></canvas>'


@scene("thrash")
async def _thrashing(v: Hands) -> None:
    await v.go("/shop")
    await v.shake()
    await v.wait(500, 900)


@scene("thrash")
async def _fast_circles(v: Hands) -> None:
    await v.go("/shop")
    await v.shake(radius=85, step=1.2)
    await v.wait(500, 900)


@scene("thrash")
async def _left_and_right_and_left(v: Hands) -> None:
    await v.go("/help")
    points = [(560 + 150 * (n % 2), 380 + v.chance.uniform(-6, 6)) for n in range(16)]
    with v.within(5_000):
        await v.along(points, 70)
    await v.wait(500, 900)


@scene()
async def _wide_sweeps_of_the_pointer(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(x, 300 + x / 10) for x in (200, 500, 900, 1_150, 800, 500, 200, 500, 900)])
    await v.wait(400, 600)


@scene()
async def _wandering_slowly(v: Hands) -> None:
    await v.go("/help")
    x, y = await v.place("main .lead")
    ways = [(x + 12 * (n % 3), y + 10 * (n % 2)) for n in range(20)]
    await v.along(ways, 120)
    await v.wait(400, 600)


@scene()
async def _drawing_with_a_button_held(v: Hands) -> None:
    await v.go("/help")
    await v.add(_CANVAS)
    x, y = await v.place("#paper")
    await v.page.mouse.move(x, y)
    await v.page.mouse.down()
    await v.along([(x + 70 * (n % 2), y + 4 * n) for n in range(18)])
    await v.page.mouse.up()
    await v.wait(1_000, 1_500)


@scene("scrolling")
async def _up_and_down(v: Hands) -> None:
    await v.go("/product/kanne-teapot")  # where few go: more than one in twenty would be usual
    await v.wheel(700, -700, 700, -700, 700)


@scene("scrolling")
async def _searching_the_whole_page_twice(v: Hands) -> None:
    await v.go("/journal")
    await v.wheel(1_200, -1_100, 1_000, -1_200, 900, -800)


@scene("scrolling")
async def _up_and_down_by_keys(v: Hands) -> None:
    await v.go("/product/weekender-duffel")
    for key in ("End", "Home", "End", "Home", "End"):
        await v.page.keyboard.press(key)
        await v.page.wait_for_timeout(900)


@scene()
async def _reading_down_and_once_up(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.wheel(400, 400, 400, 400, -1_200, 300)


@scene()
async def _momentum_of_a_trackpad(v: Hands) -> None:
    await v.go("/shop/camp")
    await v.page.mouse.move(640, 400)
    for way in (1, 1, -1, 1):
        for speed in (120, 90, 60, 40, 25, 12, 6, 3):
            await v.page.mouse.wheel(0, speed * (1 if way > 0 else -0.5))
            await v.page.wait_for_timeout(40)
    await v.wait(500, 700)


@scene()
async def _scrolling_back_to_read_again(v: Hands) -> None:
    await v.go("/help")
    await v.wheel(300, -200, 300, -200, 300, -200, 300)


@scene("hesitation")
async def _waiting_over_a_link(v: Hands) -> None:
    await v.go("/")
    await v.over("nav a[href='/journal']")
    await v.wait(3_600, 4_200)
    await v.page.mouse.down()
    await v.page.mouse.up()
    await v.wait(1_500, 2_000)


@scene("hesitation")
async def _leaving_a_button_without_a_click(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.over("#add-to-cart")
    await v.wait(3_600, 4_500)
    await v.page.mouse.move(40, 500)
    await v.wait(500, 900)


@scene("hesitation")
async def _moving_about_on_a_large_card(v: Hands) -> None:
    await v.go("/shop/camp")
    x, y = await v.place("main .card a")
    await v.glide(x, y)
    for n in range(8):
        await v.page.mouse.move(x + 40 * (n % 2), y + 30 * (n % 3))
        await v.page.wait_for_timeout(500)
    await v.page.mouse.move(5, 600)
    await v.wait(500, 900)


@scene("hesitation")
async def _waiting_over_a_button_in_a_shadow_tree(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.over("#quantity >> button >> nth=1")
    await v.wait(3_600, 4_200)
    await v.page.mouse.down()
    await v.page.mouse.up()
    await v.wait(500, 900)


@scene("hesitation")
async def _leaving_the_page_from_a_button(v: Hands) -> None:
    await v.go("/help")
    await v.over("[data-testid=contact-submit]")
    await v.wait(4_000, 4_500)


@scene()
async def _passing_over_links(v: Hands) -> None:
    await v.go("/")
    for n in range(4):
        await v.over(f"nav a >> nth={n}")
        await v.wait(500, 900)
    await v.page.mouse.move(600, 500)
    await v.wait(500, 900)


@scene()
async def _resting_beside_and_then_clicking(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    box = await v.page.locator("#tried").bounding_box()
    assert box is not None
    await v.glide(box["x"] + box["width"] + 8, box["y"] + 20)
    await v.wait(4_000, 4_500)
    await v.page.mouse.click(box["x"] + box["width"] - 6, box["y"] + 20)
    await v.wait(1_000, 1_500)


@scene()
async def _staying_after_the_click(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.press("#tried")
    await v.wait(4_000, 4_500)
    await v.page.mouse.move(40, 500)
    await v.wait(500, 900)


@scene()
async def _what_is_scrolled_under_a_pointer_at_rest(v: Hands) -> None:
    await v.go("/shop")
    await v.page.mouse.move(640, 20)
    x, _ = await v.place("main .card a >> nth=3")
    await v.page.evaluate("() => scrollTo(0, 0)")
    await v.page.mouse.move(x, 500)
    await v.page.mouse.wheel(0, 900)
    await v.wait(5_000, 5_500)
    await v.page.mouse.wheel(0, 400)
    await v.wait(700, 900)


@scene()
async def _resting_on_a_picture(v: Hands) -> None:
    await v.go("/product/pilz-lamp")
    await v.over("#photo")
    await v.wait(4_000, 4_500)
    await v.page.mouse.move(20, 600)
    await v.wait(500, 900)


@scene()
async def _typing_with_the_pointer_aside(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-text")
    await v.over("#faq summary")
    await v.show("#contact-text")
    x, y = await v.place("[data-testid=contact-submit]")
    await v.page.mouse.move(x, y)
    await v.page.keyboard.type("Where is my parcel? It was to come last week.", delay=110)
    await v.page.mouse.move(20, 300)
    await v.press("#contact-email")
    await v.page.keyboard.type("mara@example.org", delay=30)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene("exit_intent")
async def _out_at_the_top(v: Hands) -> None:
    await v.go("/shop")
    with v.within(800):
        await v.along([(700, y) for y in (650, 500, 350, 200, 60, -8)])
    await v.wait(1_500, 2_000)


@scene("exit_intent")
async def _out_at_the_top_and_back(v: Hands) -> None:
    await v.go("/journal")
    with v.within(800):
        await v.along([(400 + y / 4, y) for y in (500, 380, 260, 140, 40, -12)])
    await v.wait(1_000, 1_500)
    await v.along([(600, 100), (600, 300)])
    await v.wait(500, 900)


@scene("exit_intent")
async def _to_the_tabs_from_the_middle_of_reading(v: Hands) -> None:
    await v.go("/help")
    await v.wheel(300)
    with v.within(800):
        await v.along([(640 + 3 * n, 400 - 90 * n) for n in range(6)], 45)
    await v.wait(1_500, 2_000)


@scene()
async def _up_to_the_menu(v: Hands) -> None:
    await v.go("/shop")
    x, y = await v.place("[data-testid=nav-journal]")
    await v.along([(x, 600 + (y - 600) * (step + 1) / 8) for step in range(8)], 45)
    await v.wait(700, 900)
    await v.page.mouse.click(x, y)
    await v.wait(1_200, 1_500)


@scene()
async def _up_to_the_very_edge_and_staying(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(700, y) for y in (650, 500, 350, 200, 60, 2)])
    await v.wait(1_500, 2_000)
    await v.along([(700, 60), (700, 200)])
    await v.wait(500, 900)


@scene()
async def _out_slowly(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(700, 60 - 4 * n) for n in range(18)], 60)
    await v.wait(1_000, 1_500)


@scene()
async def _out_at_the_side(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(x, 300 - x / 20) for x in (800, 600, 400, 200, 60, -10)])
    await v.wait(1_000, 1_500)


@scene()
async def _out_at_the_bottom(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(500, y) for y in (200, 400, 600, 760, 815)])
    await v.wait(1_000, 1_500)


@scene(width=900)
async def _out_at_the_top_of_a_narrow_window(v: Hands) -> None:
    await v.go("/shop")
    await v.along([(500, y) for y in (650, 500, 350, 200, 60, -8)])
    await v.wait(1_500, 2_000)
