"""The scenes: what a visitor does, and the kinds of moments that a person would say are in it.

Those with none are look-alikes: what the rules must not take for a moment.
"""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from benchmarks.moments.hands import Hands

Act = Callable[[Hands], Awaitable[None]]


class Scene(NamedTuple):
    """A visit."""

    name: str
    kinds: frozenset[str]
    act: Act


_SCENES: list[Scene] = []


def _scene(*kinds: str) -> Callable[[Act], Act]:
    def note(act: Act) -> Act:
        _SCENES.append(Scene(act.__name__.lstrip("_"), frozenset(kinds), act))
        return act

    return note


_BUTTON = (
    '<button class="button" id="tried" type="button">Show the offer</button><p id="said">.</p>'
)
_ANSWER = "document.querySelector('#said').textContent += 'x';"


def _on_click(work: str) -> str:
    return f"it.querySelector('#tried').addEventListener('click', () => {{ {work} }});"


@_scene("rage", "dead")
async def _rage_on_what_only_looks_like_a_button(v: Hands) -> None:
    await v.go("/")
    await v.press("#promo-badge", times=v.chance.randint(4, 6))
    await v.wait(7_500, 8_000)


@_scene("rage")
async def _rage_on_what_answers_each_time(v: Hands) -> None:
    await v.go("/help")
    await v.add(_BUTTON, _on_click(_ANSWER))
    await v.press("#tried", times=v.chance.randint(4, 7))
    await v.wait(1_000, 1_500)


@_scene("dead")
async def _dead_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(_BUTTON)
    await v.press("#tried")
    await v.wait(7_500, 8_000)


@_scene("dead", "slow")
async def _slow_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(_BUTTON, _on_click(f"setTimeout(() => {{ {_ANSWER} }}, 4000);"))
    await v.press("#tried")
    await v.wait(5_500, 6_000)


@_scene("error")
async def _button_that_throws(v: Hands) -> None:
    await v.go("/help")
    await v.add(
        _BUTTON, _on_click(f"{_ANSWER} setTimeout(() => {{ throw new TypeError('no'); }}, 50);")
    )
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@_scene("error")
async def _button_whose_request_fails(v: Hands) -> None:
    await v.go("/help")
    await v.add(_BUTTON, _on_click("fetch('/api/products?page=none').then(() => undefined);"))
    await v.press("#tried")
    await v.wait(1_500, 2_500)


@_scene("quick_back")
async def _back_at_once(v: Hands) -> None:
    await v.go("/shop/camp")
    await v.press("main a[href^='/product/']")
    await v.page.wait_for_url("**/product/**")
    await v.wait(1_500, 2_500)
    await v.page.go_back()
    await v.wait(1_500, 2_000)


@_scene("thrash")
async def _thrashing(v: Hands) -> None:
    await v.go("/shop")
    await v.shake()
    await v.wait(500, 900)


@_scene("scrolling")
async def _up_and_down(v: Hands) -> None:
    await v.go("/product/kanne-teapot")  # where few go: more than one in twenty would be usual
    await v.wheel(700, -700, 700, -700, 700)


@_scene("hesitation")
async def _waiting_over_a_link(v: Hands) -> None:
    await v.go("/")
    box = await v.page.locator("nav a[href='/journal']").first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await v.glide(x, y)
    await v.wait(3_600, 4_200)
    await v.page.mouse.click(x, y)
    await v.wait(1_500, 2_000)


@_scene("hesitation")
async def _waiting_in_a_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-email")
    await v.wait(3_500, 4_500)
    await v.page.keyboard.type("mara@example.org", delay=30)
    await v.type("#contact-text", "Where is it?")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_500, 2_000)


@_scene("form_abandon", "field_drop")
async def _letter_never_sent(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-email", "mara@example.org")
    await v.wait(500, 900)


async def _check_out(v: Hands, until: str) -> None:
    await v.go("/product/enamel-mug")
    await v.press("#add-to-cart")
    await v.wait(300, 500)
    await v.go("/checkout")
    steps = (
        (("#email", "mara@example.org"), ("#name", "Mara Lind")),
        (("#street", "Am Hang 3"), ("#postcode", "6020"), ("#city", "Innsbruck")),
        (("#card_name", "M Lind"), ("#card_number", "424242424244"), ("#card_expiry", "11/30"), ("#card_code", "123")),
    )  # fmt: skip
    for number, fields in enumerate(steps):
        if number:
            await v.press("#checkout-next")
            await v.wait(200, 300)
        for selector, text in fields:
            await v.type(selector, text)
            if selector == until:
                return


@_scene()
async def _buying(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.press("#terms")
    await v.press("#pay-now")
    await v.wait(1_500, 2_000)


@_scene("form_abandon", "field_drop", "last_step")
async def _leaving_at_the_security_code(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.wait(500, 800)


@_scene("form_abandon", "field_drop")
async def _leaving_at_the_address(v: Hands) -> None:
    await _check_out(v, "#street")
    await v.wait(500, 800)


@_scene("field_return", "correction")
async def _coming_back_to_correct(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-email", "mara@example.orgxx")
    await v.type("#contact-text", "Where is it?")
    await v.press("#contact-email")
    await v.page.keyboard.press("End")
    await v.page.keyboard.press("Backspace")
    await v.page.keyboard.press("Backspace")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@_scene("comparing")
async def _one_and_the_other_and_the_one(v: Hands) -> None:
    for slug in ("enamel-mug", "pilz-lamp", "enamel-mug"):
        await v.go(f"/product/{slug}")
        await v.wheel(300)


@_scene("media_replay")
async def _film_twice(v: Hands) -> None:
    await v.go("/product/steig-rolltop")
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.page.wait_for_timeout(4_500)
    await v.page.evaluate("() => document.querySelector('#film').play()")
    await v.wait(1_500, 2_000)


@_scene("informed_click")
async def _reading_before_buying(v: Hands) -> None:
    await v.go("/product/enamel-mug")
    await v.page.evaluate(
        "() => document.querySelector('#reviews').scrollIntoView({block: 'center'})"
    )
    await v.wait(11_500, 12_500)
    await v.page.evaluate("() => scrollTo(0, 0)")
    await v.wait(400, 600)
    await v.press("#add-to-cart")
    await v.wait(800, 1_200)


@_scene("exit_intent")
async def _out_at_the_top(v: Hands) -> None:
    await v.go("/shop")
    for y in (650, 500, 350, 200, 60, 5):
        await v.page.mouse.move(700, y)
        await v.page.wait_for_timeout(60)
    await v.wait(1_500, 2_000)


@_scene("search_refinement")
async def _searching_again(v: Hands) -> None:
    await v.go("/")
    for text in ("lantern", "lamp"):
        await v.type("#search-input", text)
        await v.page.keyboard.press("Enter")
        await v.page.wait_for_url("**/search*")
        await v.settle()
        await v.wait(2_500, 3_500)
        await v.page.evaluate("() => { document.querySelector('#search-input').value = ''; }")


SCENES: Final = _SCENES
scene: Final = _scene
BUTTON: Final = _BUTTON
ANSWER: Final = _ANSWER
on_click: Final = _on_click
