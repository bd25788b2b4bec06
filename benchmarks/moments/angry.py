"""Scenes with clicks that tell of trouble: rage, dead, slow and error clicks."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import ANSWER, BUTTON, later, on_click, scene

_SHADOW = (
    "const root = it.querySelector('#host').attachShadow({ mode: 'open' });"
    "root.innerHTML = '<button id=\"inner\">Show the offer</button>';"
)
_CLOSED = _SHADOW.replace("open", "closed")
_SVG = (
    '<svg id="tried" role="button" tabindex="0" width="120" height="40" aria-label="Show the offer">'
    '<rect width="120" height="40" fill="#c96"></rect></svg>'
)
_ROLE = '<span id="tried" role="button" tabindex="0">Show the offer</span>'
_TICKER = "setInterval(() => { document.querySelector('footer').dataset.tick = Date.now(); }, 250);"


@scene("rage", "dead")
async def _rage_on_what_only_looks_like_a_button(v: Hands) -> None:
    await v.go("/")
    await v.press("#promo-badge", times=v.chance.randint(4, 6))
    await v.wait(7_500, 8_000)


@scene("rage")
async def _rage_on_what_answers_each_time(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER))
    await v.press("#tried", times=v.chance.randint(4, 7))
    await v.wait(1_000, 1_500)


@scene("rage", "dead")
async def _rage_in_a_shadow_tree(v: Hands) -> None:
    await v.go("/help")
    await v.add('<div id="host"></div>', _SHADOW)
    await v.press("#host >> button", times=4)
    await v.wait(7_500, 8_000)


@scene("rage", "dead")
async def _rage_on_a_drawn_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(_SVG)
    await v.press("#tried", times=v.chance.randint(3, 5))
    await v.wait(7_500, 8_000)


@scene("rage", "error")
async def _rage_on_a_button_that_throws(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(f"{ANSWER} throw new TypeError('no offer');"))
    await v.press("#tried", times=5)
    await v.wait(1_500, 2_000)


@scene("rage", "dead", touch=True, width=390)
async def _rage_by_finger(v: Hands) -> None:
    await v.go("/help")
    await v.add(_ROLE)
    await v.tap("h1")  # elsewhere: the way from there to the next touch is no drag
    await v.tap("#tried", times=4)
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON)
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_badge(v: Hands) -> None:
    await v.go("/")
    await v.press("#promo-badge")
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_button_in_a_closed_shadow_tree(v: Hands) -> None:
    await v.go("/help")
    await v.add('<div id="host" style="width:140px">&#8203;</div>', _CLOSED)
    await v.press("#host")
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_button_while_the_page_polls(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, _TICKER)
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_button_by_key(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON)
    await v.page.focus("#tried")
    await v.page.keyboard.press("Enter")
    await v.wait(7_500, 8_000)


@scene("dead", touch=True, width=390)
async def _dead_button_by_finger(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON)
    await v.tap("#tried")
    await v.wait(7_500, 8_000)


@scene("dead")
async def _dead_button_then_the_visitor_scrolls_on(v: Hands) -> None:
    await v.go("/help")
    await v.add(_ROLE)
    await v.press("#tried")
    await v.wait(3_500, 4_000)
    await v.wheel(400)
    await v.wait(4_000, 4_500)


@scene("dead", "slow")
async def _slow_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(later(4_000, ANSWER)))
    await v.press("#tried")
    await v.wait(5_500, 6_000)


@scene("dead", "slow")
async def _slow_dialog(v: Hands) -> None:
    await v.go("/help")
    await v.add(
        f"{BUTTON}<dialog id='late'>Here</dialog>",
        on_click(later(5_000, "document.querySelector('#late').showModal();")),
    )
    await v.press("#tried")
    await v.wait(6_500, 7_000)


@scene("slow")
async def _slow_link(v: Hands) -> None:
    await v.go("/help")
    work = "event.preventDefault();" + later(3_700, "location.assign('/journal');")
    await v.add('<a id="tried" href="/journal">Read on</a>', on_click(work))
    await v.press("#tried")
    await v.page.wait_for_url("**/journal")
    await v.settle()


@scene("dead", "slow")
async def _slow_button_of_a_page_that_polls(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, _TICKER + on_click(later(3_800, ANSWER)))
    await v.press("#tried")
    await v.wait(5_500, 6_000)


@scene("error")
async def _button_that_throws(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(ANSWER + later(50, "throw new TypeError('no');")))
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@scene("error")
async def _button_whose_request_fails(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click("fetch('/api/products?page=none').then(() => undefined);"))
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@scene("error")
async def _button_whose_promise_is_rejected(v: Hands) -> None:
    await v.go("/help")
    await v.add(BUTTON, on_click(f"{ANSWER} Promise.reject(new Error('no stock'));"))
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@scene("error")
async def _link_whose_script_fails(v: Hands) -> None:
    await v.go("/help")
    work = "event.preventDefault(); location.hash = 'there'; null.open();"
    await v.add('<a id="tried" href="/journal">Read on</a>', on_click(work))
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@scene("error")
async def _old_request_that_fails(v: Hands) -> None:
    await v.go("/help")
    work = "const x = new XMLHttpRequest(); x.open('GET', '/api/nothing'); x.send();"
    await v.add(BUTTON, on_click(ANSWER + work))
    await v.press("#tried")
    await v.wait(1_500, 2_500)
