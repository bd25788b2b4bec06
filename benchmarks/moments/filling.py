"""Scenes of forms and fields: abandoned or sent, waited in, returned to, corrected."""

from benchmarks.moments.hands import Hands
from benchmarks.moments.scenes import later, on_click, scene

_FAILS = "globalThis.fetch = () => { throw new TypeError('no till today'); };"
_LETTER = (
    '<form id="letter"><input id="news" type="email" aria-label="E-mail for the letter">'
    '<button class="button" id="subscribe-now">Yes</button></form>'
)
_TAKES = (
    "it.querySelector('form').addEventListener('submit', (event) => {"
    "event.preventDefault(); event.target.remove(); });"
)
_LOOSE = (
    '<input id="first" aria-label="First name"><input id="last" aria-label="Last name">'
    '<button class="button" id="tried" type="button">Keep</button><p id="said">.</p>'
)


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


async def _write(v: Hands, email: str = "mara@example.org") -> None:
    await v.type("#contact-email", email)
    await v.type("#contact-text", "Where is it?")


@scene("hesitation")
async def _waiting_in_a_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-email")
    await v.wait(3_500, 4_500)
    await v.page.keyboard.type("mara@example.org", delay=30)
    await v.type("#contact-text", "Where is it?")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_500, 2_000)


@scene("hesitation")
async def _pausing_in_a_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-text")
    await v.page.keyboard.type("I would", delay=40)
    await v.page.mouse.move(20, 400)
    await v.wait(5_500, 6_000)
    await v.page.keyboard.type(" like it back", delay=40)
    await v.type("#contact-email", "mara@example.org")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_500, 2_000)


@scene("form_abandon", "field_drop")
async def _letter_never_sent(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-email", "mara@example.org")
    await v.wait(500, 900)


@scene("form_abandon", "field_drop")
async def _one_form_sent_and_the_other_not(v: Hands) -> None:
    await v.go("/help")
    await v.add(_LETTER, _TAKES)
    await v.type("#contact-email", "mara@example.org")
    await v.type("#news", "mara@example.org")
    await v.press("#subscribe-now")
    await v.wait(500, 900)


@scene("form_abandon", "field_drop")
async def _fields_of_no_form_left_behind(v: Hands) -> None:
    await v.go("/help")
    await v.add(_LOOSE)
    await v.type("#first", "Mara")
    await v.type("#last", "Lind")
    await v.wait(500, 900)


@scene("form_abandon", "field_drop", "last_step")
async def _leaving_at_the_security_code(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.wait(500, 800)


@scene("form_abandon", "field_drop")
async def _leaving_at_the_address(v: Hands) -> None:
    await _check_out(v, "#street")
    await v.wait(500, 800)


@scene("form_abandon", "field_drop", "last_step", "error")
async def _paying_fails_by_an_error(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.press("#terms")
    await v.run(_FAILS)
    await v.press("#pay-now")
    await v.wait(3_500, 4_000)


@scene("form_abandon", "field_drop", "last_step", "error")
async def _paying_is_refused(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.press("#terms")
    await v.run("document.querySelector('#card_number').value = '4242 4242 4242 4242';")
    await v.press("#pay-now")
    await v.page.wait_for_function("() => !document.querySelector('#checkout-error').hidden")
    await v.wait(1_000, 1_500)


@scene()
async def _buying(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.press("#terms")
    await v.press("#pay-now")
    await v.page.wait_for_url("**/thanks*")
    await v.settle()


@scene("error")
async def _buying_at_the_second_try(v: Hands) -> None:
    await _check_out(v, "#card_code")
    await v.press("#terms")
    await v.run("document.querySelector('#card_number').value = '4242 4242 4242 4242';")
    await v.press("#pay-now")
    await v.page.wait_for_function("() => !document.querySelector('#checkout-error').hidden")
    await v.wait(3_500, 4_000)
    await v.run("document.querySelector('#card_number').value = '4242 4242 4242 4244';")
    await v.press("#pay-now")
    await v.page.wait_for_url("**/thanks*")
    await v.settle()


@scene()
async def _letter_sent(v: Hands) -> None:
    await v.go("/help")
    await _write(v)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene()
async def _letter_sent_while_the_page_polls_in_vain(v: Hands) -> None:
    await v.go("/help")
    await v.run("setInterval(() => fetch('/api/nothing').catch(() => undefined), 700);")
    await v.wait(6_000, 6_500)
    await _write(v)
    await v.press("[data-testid=contact-submit]")
    await v.wait(6_000, 6_500)


@scene()
async def _letter_sent_by_key(v: Hands) -> None:
    await v.go("/help")
    await v.add(_LETTER, _TAKES)
    await v.type("#news", "mara@example.org")
    await v.page.keyboard.press("Enter")
    await v.wait(1_000, 1_500)


@scene()
async def _letter_sent_over_a_slow_network(v: Hands) -> None:
    await v.go("/help")
    slow = (
        "it.querySelector('form').addEventListener('submit', (event) => { event.preventDefault();"
        f"event.target.lastChild.textContent = 'Sending'; {later(4_500, 'it.remove();')} }});"
    )
    await v.add(_LETTER, slow)
    await v.type("#news", "mara@example.org")
    await v.press("#subscribe-now")
    await v.wait(6_000, 6_500)


@scene()
async def _fields_of_no_form_sent_by_a_button(v: Hands) -> None:
    await v.go("/help")
    await v.add(_LOOSE, on_click("fetch('/api/products?page=1').then(() => undefined);"))
    await v.type("#first", "Mara")
    await v.type("#last", "Lind")
    await v.press("#tried")
    await v.wait(3_500, 4_000)


@scene()
async def _sorting_and_filtering(v: Hands) -> None:
    await v.go("/help")
    await v.add(
        '<select id="sort"><option>New</option><option>Cheap</option></select>'
        '<label><input type="checkbox" id="wool"> Wool</label><input type="range" id="price">'
    )
    await v.page.select_option("#sort", "Cheap")
    await v.press("#wool")
    await v.press("#price")
    await v.wait(500, 900)


@scene()
async def _looking_at_a_field(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-text")
    await v.wait(1_000, 1_500)
    await v.press("#contact-email")
    await v.wait(500, 900)


@scene("field_return", "correction")
async def _coming_back_to_correct(v: Hands) -> None:
    await v.go("/help")
    await _write(v, "mara@example.orgxx")
    await v.press("#contact-email")
    await v.page.keyboard.press("End")
    await v.page.keyboard.press("Backspace")
    await v.page.keyboard.press("Backspace")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene("field_return")
async def _coming_back_to_write_more(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-text", "Where is it?")
    await v.type("#contact-email", "mara@example.org")
    await v.press("#contact-text")
    await v.page.keyboard.press("End")
    await v.page.keyboard.type(" And when?", delay=40)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene("field_return")
async def _coming_back_by_the_tab_key(v: Hands) -> None:
    await v.go("/help")
    await _write(v)
    await v.page.keyboard.press("Shift+Tab")
    await v.wait(600, 900)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene("correction")
async def _shortening_what_the_page_filled_in(v: Hands) -> None:
    await v.go("/help")
    await v.run("document.querySelector('#contact-text').value = 'My order number is 12345';")
    await v.press("#contact-text")
    await v.page.keyboard.press("End")
    for _ in range(5):
        await v.page.keyboard.press("Backspace")
    await v.type("#contact-email", "mara@example.org")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene("field_return", "correction")
async def _writing_something_shorter_after_the_others(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-text", "Where is it?")
    await v.type("#contact-email", "mara@example.org")
    await v.press("#contact-text")
    await v.page.keyboard.press("Control+A")
    await v.page.keyboard.type("Lost?", delay=40)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene()
async def _correcting_while_typing(v: Hands) -> None:
    await v.go("/help")
    await v.type("#contact-email", "marra")
    for _ in range(3):
        await v.page.keyboard.press("Backspace")
    await v.page.keyboard.type("ra@example.org", delay=40)
    await v.type("#contact-text", "Where is it?")
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)


@scene()
async def _through_empty_fields_by_key(v: Hands) -> None:
    await v.go("/help")
    await v.press("#contact-email")
    await v.page.keyboard.press("Tab")
    await v.page.keyboard.press("Shift+Tab")
    await v.wait(300, 500)
    await _write(v)
    await v.press("[data-testid=contact-submit]")
    await v.wait(1_000, 1_500)
