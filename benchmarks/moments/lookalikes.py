"""Scenes without any moment that look as if there were one."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import ANSWER, BUTTON, on_click, scene


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
async def _selecting_a_word_and_a_line(v: Hands) -> None:
    await v.go("/product/pilz-lamp")
    box = await v.page.locator(".buy .lead").bounding_box()
    assert box is not None
    await v.page.mouse.click(box["x"] + 60, box["y"] + 12, click_count=3, delay=40)
    await v.wait(1_000, 1_500)


@scene()
async def _menu_that_opens_on_pointerdown(v: Hands) -> None:
    await v.go("/help")
    menu = "const m = document.createElement('ul'); m.setAttribute('role', 'menu'); document.body.append(m);"
    listen = f"it.querySelector('#tried').addEventListener('pointerdown', () => {{ {menu} }});"
    await v.add(BUTTON, listen)
    await v.press("#tried")
    await v.wait(1_500, 2_000)


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
    await v.add(BUTTON, on_click(f"setTimeout(() => {{ {ANSWER} }}, 500);"))
    await v.press("#tried")
    await v.wait(1_500, 2_000)


@scene()
async def _two_clicks_are_no_rage(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.press("#tried", times=2)
    await v.wait(1_200, 1_500)
    await v.press("#tried")
    await v.wait(1_000, 1_200)


@scene()
async def _clicks_into_a_text_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-email", times=4, gap=260)
    await v.wait(1_500, 2_000)


@scene()
async def _going_back_after_a_while(v: Hands) -> None:
    await v.go("/shop/camp")
    await v.press("main a[href^='/product/']")
    await v.page.wait_for_url("**/product/**")
    await v.wait(7_800, 8_200)
    await v.page.go_back()
    await v.wait(1_000, 1_500)


@scene()
async def _going_back_after_a_click(v: Hands) -> None:
    await v.go("/shop/camp")
    await v.press("main a[href^='/product/']")
    await v.page.wait_for_url("**/product/**")
    await v.settle()
    await v.press("summary >> nth=1")
    await v.wait(500, 600)
    await v.page.go_back()
    await v.wait(1_000, 1_500)


@scene()
async def _wide_sweeps_of_the_pointer(v: Hands) -> None:
    await v.go("/shop")
    for x in (200, 500, 900, 1_150, 800, 500, 200, 500, 900):
        await v.page.mouse.move(x, 300 + x / 10)
        await v.page.wait_for_timeout(60)
    await v.wait(400, 600)


@scene()
async def _reading_down_and_once_up(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.wheel(400, 400, 400, 400, -1_200, 300)


@scene()
async def _up_to_the_menu(v: Hands) -> None:
    await v.go("/shop")
    box = await v.page.locator("[data-testid=nav-journal]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for step in range(8):
        await v.page.mouse.move(x, 600 + (y - 600) * (step + 1) / 8)
        await v.page.wait_for_timeout(45)
    await v.wait(700, 900)
    await v.page.mouse.click(x, y)
    await v.wait(1_200, 1_500)


@scene()
async def _letter_sent(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-email", "mara@example.org")
    await v.type("#contact-text", "Where is it?")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene()
async def _one_item_and_its_list(v: Hands) -> None:
    for path in ("/product/enamel-mug", "/shop/camp", "/product/enamel-mug"):
        await v.go(path)
        await v.wheel(200)
        await v.wait(6_000, 6_500)


@scene()
async def _film_once(v: Hands) -> None:
    await v.go("/product/steig-rolltop")
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.page.wait_for_timeout(4_500)


@scene()
async def _buying_at_once(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.wheel(300, -300)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@scene()
async def _searching_and_finding(v: Hands) -> None:
    await v.go("/")
    await v.type("#search-input", "lamp")
    await v.page.keyboard.press("Enter")
    await v.page.wait_for_url("**/search*")
    await v.settle()
    await v.press("main a[href^='/product/']")
    await v.settle()
    await v.type("#search-input", "mug")
    await v.page.keyboard.press("Enter")
    await v.wait(1_500, 2_000)
