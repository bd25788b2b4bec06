"""What moments are decided by, as a real Chromium tells it: from when a reaction counts, what is left out, seeks."""

import base64
import io
import wave

from playwright.async_api import Page

from footfall.wire.facts import Media, Reaction
from tests.browser.recorder_site import Site, open_page


async def test_a_reaction_counts_from_the_click_and_what_came_while_pressing_is_at_once(
    page: Page, site: Site
) -> None:
    body = """<p><button id="late">late</button></p><p><button id="down">down</button></p><script>
      late.onclick = () => setTimeout(() => { late.textContent = "came"; }, 500);
      down.onpointerdown = () => { down.textContent = "open"; };</script>"""
    await open_page(page, site, body)
    for key in ("#late", "#down"):
        await page.hover(key)
        await page.mouse.down()
        await page.wait_for_timeout(1_200)
        await page.mouse.up()
        await page.wait_for_timeout(700)
    await site.until(lambda: len(site.of(Reaction)) == 2)
    late, down = site.of(Reaction)
    assert (late.key, late.effect, down.key, down.effect) == (
        "#late",
        "mutation",
        "#down",
        "mutation",
    )
    assert 450 < late.delay < 1_100, "since the pointerdown it would be 1700"
    assert down.delay == 0


async def test_what_saves_a_file_or_opens_a_window_is_no_button_that_ought_to_answer(
    page: Page, site: Site
) -> None:
    body = """<style>a { cursor: pointer }</style><a id="saves" download>saves</a> <a id="plain">plain</a>
      <form target="_blank"><button id="opens" type="button">opens</button></form>"""
    await open_page(page, site, body)
    for key in ("#saves", "#plain", "#opens"):
        await page.click(key)
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: len(site.of(Reaction)) == 3)
    targets = {one.key: one.target for one in site.of(Reaction)}
    assert targets == {"#saves": "link", "#plain": "pointer", "#opens": "link"}


async def test_a_seek_is_told_where_it_went_and_before_what_follows_it(
    page: Page, site: Site
) -> None:
    data = io.BytesIO()
    with wave.open(data, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8_000)
        sound.writeframes(bytes([128]) * 8_000 * 20)
    source = base64.b64encode(data.getvalue()).decode()
    await open_page(page, site, f"<audio id='a' src='data:audio/wav;base64,{source}'></audio>")
    await page.evaluate(
        """async () => { const wait = (ms) => new Promise((done) => setTimeout(done, ms));
        a.muted = true; await a.play(); await wait(700); a.currentTime = 10; await wait(1000);
        a.pause(); await wait(700); a.currentTime = 2; await a.play(); await wait(300); a.pause(); }"""
    )
    await site.until(lambda: [m.action for m in site.of(Media)].count("pause") == 2)
    told = [m for m in site.of(Media) if m.action in ("play", "pause", "seek")]
    assert [m.action for m in told] == ["play", "seek", "pause", "seek", "play", "pause"]
    assert [m.position for m in told if m.action == "seek"] == [10_000, 2_000]
