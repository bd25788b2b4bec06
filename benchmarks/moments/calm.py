"""Scenes with clicks that look like trouble and are none."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import ANSWER, BUTTON, later, on, on_click, scene

_MENU = "const m = document.createElement('ul'); m.setAttribute('role', 'menu'); document.body.append(m);"
_CANVAS = '<canvas id="tried" width="400" height="200" style="background:#eee"></canvas>'
_DAYS = "".join(f'<button type="button">{day}</button>' for day in range(1, 29))


@scene()
async def _stepper(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.press("#quantity >> button >> nth=1", times=5)
    await v.wait(1_000, 1_500)


@scene()
async def _carousel(v: Hands) -> None:
    await v.go("/")
    await v.press("#carousel-next", times=5, gap=350)
    await v.wait(1_000, 1_500)


@scene()
async def _calendar(v: Hands) -> None:
    await v.go("/help")
    month = '<button type="button" id="tried" aria-label="Next month">&rsaquo;</button>'
    choose = (
        "it.addEventListener('click', ({ target }) => {"
        "target.setAttribute('aria-pressed', target.ariaPressed !== 'true'); });"
    )
    await v.add(f'{month}<p id="said">May</p>{_DAYS}', on_click(ANSWER) + choose)
    await v.press("#tried", times=6, gap=250)
    await v.press("text='14'", times=3, gap=300)
    await v.wait(1_000, 1_500)


@scene()
async def _selecting_a_word_and_a_line(v: Hands) -> None:
    await v.go("/product/pilz-lamp")
    box = await v.page.locator(".buy .lead").bounding_box()
    assert box is not None
    await v.page.mouse.click(box["x"] + 60, box["y"] + 12, click_count=3, delay=40)
    await v.wait(1_000, 1_500)


@scene()
async def _menu_that_opens_on_pointerdown(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on("pointerdown", _MENU))
    await v.press("#tried")
    await v.wait(1_500, 2_000)


@scene()
async def _long_press(v: Hands) -> None:
    await v.go("/help")
    hold = later(500, ANSWER)
    await v.add(BUTTON, on("pointerdown", hold))
    x, y = await v.place("#tried")
    await v.page.mouse.move(x, y)
    await v.page.mouse.down()
    await v.page.wait_for_timeout(800)
    await v.page.mouse.up()
    await v.wait(7_500, 8_000)


@scene()
async def _download(v: Hands) -> None:
    await v.go("/help")
    work = "const a = document.createElement('a'); a.href = '/static/icon.svg'; a.download = 'icon.svg'; a.click();"
    await v.add(BUTTON, on_click(work))
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _audio_button(v: Hands) -> None:
    await v.go("/help")
    sound = "<video id='sound' src='/static/video/rolltop.webm' muted></video>"
    work = "const m = document.querySelector('#sound'); m.currentTime = 0; m.play();"
    await v.add(BUTTON + sound, on_click(work))
    await v.press("#tried", times=4, gap=300)
    await v.wait(800, 1_000)


@scene()
async def _new_tab(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click("open('/journal', '_blank');"))
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _button_that_answers(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(later(500, ANSWER)))
    await v.press("#tried")
    await v.wait(1_500, 2_000)


@scene()
async def _slow_network_with_a_spinner(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(f"event.target.textContent = 'Loading'; {later(4_000, ANSWER)}"))
    await v.press("#tried")
    await v.wait(5_000, 5_500)


@scene()
async def _button_that_moves_by_animation(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click("event.target.animate({ rotate: ['0deg', '360deg'] }, 600);"))
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _button_that_scrolls(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click("scrollTo({ top: 900 });"))
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _button_that_focuses_a_field(v: Hands) -> None:
    await v.go("/help")
    await v.add(f"{BUTTON}<input id='aim'>", on_click("document.querySelector('#aim').focus();"))
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _two_clicks_are_no_rage(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.press("#tried", times=2)
    await v.wait(1_200, 1_500)
    await v.press("#tried")
    await v.wait(1_000, 1_200)


@scene()
async def _pressing_by_key_again_and_again(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.page.focus("#tried")
    for _ in range(5):
        await v.page.keyboard.press("Enter")
        await v.page.wait_for_timeout(150)
    await v.wait(1_000, 1_200)


@scene()
async def _choosing_several_with_a_modifier(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.page.keyboard.down("Shift")
    await v.press("#tried", times=4)
    await v.page.keyboard.up("Shift")
    await v.wait(1_000, 1_200)


@scene()
async def _clicks_into_a_text_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-email", times=4, gap=260)
    await v.wait(1_500, 2_000)


@scene()
async def _clicks_into_an_editable_text(v: Hands) -> None:
    await v.go("/help")
    await v.add('<div id="tried" contenteditable style="width:300px;height:60px"></div>')
    await v.press("#tried", times=4, gap=260)
    await v.wait(7_500, 8_000)


@scene()
async def _canvas_game(v: Hands) -> None:
    await v.go("/help")
    draw = "const c = event.target.getContext('2d'); c.fillRect(Math.random() * 300, 50, 20, 20);"
    await v.add(_CANVAS, on_click(draw))
    await v.press("#tried", times=7, gap=300)
    await v.wait(7_500, 8_000)


@scene()
async def _texts_in_regions_of_the_page(v: Hands) -> None:
    await v.go("/help")
    await v.add('<div role="region" aria-label="News"><p id="tried">Nothing new today.</p></div>')
    await v.press("#tried")
    await v.press("[role=region]")
    await v.wait(7_500, 8_000)


@scene()
async def _label_of_a_box(v: Hands) -> None:
    await v.go("/help")
    await v.add('<label id="tried"><input type="checkbox"> Yes, please</label>')
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene()
async def _disabled_button(v: Hands) -> None:
    await v.go("/help")
    await v.add('<button id="tried" disabled><b>Sold out</b></button>')
    await v.press("#tried", times=2)
    await v.wait(7_500, 8_000)


@scene()
async def _drag_and_drop(v: Hands) -> None:
    await v.go("/help")
    work = on("pointerup", ANSWER)
    await v.add(BUTTON, work)
    x, y = await v.place("#tried")
    for n in range(3):
        await v.page.mouse.move(x, y)
        await v.page.mouse.down()
        await v.along([(x + 30 * k, y + 20 * (k % 2)) for k in range(6)])
        await v.page.mouse.up()
        await v.wait(200 + n, 300)
    await v.wait(7_500, 8_000)


@scene()
async def _unfolding_answers(v: Hands) -> None:
    await v.go("/help")
    for n in range(3):
        await v.press(f"#faq summary >> nth={n}")
        await v.wait(400, 600)
    await v.wait(7_500, 8_000)


@scene()
async def _error_long_after(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER + later(2_500, "throw new Error('a timer of its own');")))
    await v.press("#tried")
    await v.wait(3_500, 4_000)


@scene()
async def _polling_that_fails_by_itself(v: Hands) -> None:
    await v.go("/help")
    poll = "setInterval(() => fetch('/api/nothing').catch(() => undefined), 400);"
    await v.add(BUTTON, poll + on_click(ANSWER))
    await v.wait(6_500, 7_000)
    await v.press("#tried")
    await v.wait(6_500, 7_000)


@scene()
async def _picture_that_does_not_load(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER + "new Image().src = '/static/images/nothing.webp';"))
    await v.press("#tried")
    await v.wait(1_500, 2_000)


@scene()
async def _error_that_is_caught(v: Hands) -> None:
    await v.go("/help")
    caught = "try { null.x } catch {} Promise.reject(new Error('no')).catch(() => undefined);"
    await v.add(BUTTON, on_click(ANSWER + caught))
    await v.press("#tried")
    await v.wait(1_500, 2_000)


@scene(touch=True, width=390)
async def _swiping(v: Hands) -> None:
    await v.go("/")
    fingers = await v.page.context.new_cdp_session(v.page)

    async def touch(kind: str, *xs: int) -> None:
        points = [{"x": x, "y": 500} for x in xs]
        await fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    for _ in range(3):
        await touch("touchStart", 300)
        for x in (250, 200, 150):
            await touch("touchMove", x)
        await touch("touchEnd")
        await v.wait(150, 250)
    await v.wait(1_000, 1_500)
