"""What happens when the recording costs more than it may: fewer changes, a part left out, facts only, nothing."""

import pytest
from playwright.async_api import Page

from footfall.wire.schema import Click, State
from tests.browser.frames import Node, Tree
from tests.browser.recorder_site import Site, open_page

pytestmark = pytest.mark.alone

NOISE = """<p id="calm">calm</p><button id="button">Button</button>
<div id="noisy"><div id="inner" style="width:300px;height:200px;overflow:hidden"></div></div>
<div style="height:400px">below</div>
<script>
  window.failures = [];
  addEventListener("error", (event) => failures.push(event.message));
  addEventListener("unhandledrejection", (event) => failures.push(String(event.reason)));
  let turn = 0;
  let list = document.createElement("ul");
  function step() {
    turn++;
    list.remove();
    list = document.createElement("ul");
    list.hidden = true; // to lay it out would cost the page more than the recorder
    list.innerHTML = Array.from({ length: 4000 }, (_, index) =>
      `<li title="turn ${turn}">${index * turn}</li>`).join("");
    inner.append(list);
  }
  window.running = setInterval(step, 200);
</script>"""


def steps(site: Site) -> list[str]:
    return [fact.reason for fact in site.of(State) if fact.state == "budget"]


def find(tree: Tree, name: str) -> Node:
    return next(node for node in tree.nodes.values() if node.attributes.get("id") == name)


def has_come(site: Site, text: bytes) -> bool:
    """Tell whether frames hold a text: to read all that noise takes Python long, and this is asked often."""
    return any(text in chunk.frames for chunk in site.arrived)


def text_of(node: Node) -> str:
    return node.text + "".join(text_of(child) for child in node.children)


def frame_bytes(site: Site) -> int:
    return sum(len(chunk.frames) for chunk in site.arrived)


async def test_the_part_that_changes_wildly_becomes_a_box(page: Page, site: Site) -> None:
    # The noise costs some 70 ms a second, half of it when it is looked at less often, and a twentieth when nobody looks
    # into the box: the budget lies between those two, however fast the machine is.
    await open_page(page, site, NOISE, 'data-budget="15" data-budget-kb="0"')
    await site.until(lambda: "frozen" in steps(site), 60)
    assert steps(site) == ["sampled", "frozen"]
    assert min(fact.amount for fact in site.of(State) if fact.state == "budget") >= 15
    # Amid other work, as on a busy machine, the box comes with a keyframe of its own.
    await site.until(lambda: has_come(site, b"ff-blocked"))
    await page.evaluate("calm.textContent = 'still seen'")
    await page.click("#button")
    await site.until(lambda: has_come(site, b"still seen"))
    await site.until(lambda: site.of(Click))
    tree = site.tree()
    assert text_of(find(tree, "calm")) == "still seen"
    box = find(tree, "inner")
    assert box.attributes["ff-blocked"] == "300x200"
    assert "height" in box.attributes["style"], "it may stand where its own style says"
    assert not box.children
    assert find(tree, "noisy").children == [box]
    # What happens in the box is not looked at: that is enough, and nothing more is given up.
    before = frame_bytes(site)
    await page.wait_for_timeout(6000)
    assert steps(site) == ["sampled", "frozen"]
    assert frame_bytes(site) - before < 1000
    # A keyframe has the box, too, and shows the rest as it is. (It takes as much as seconds of that noise.)
    keyframes = site.keyframes()
    await page.evaluate("footfall.pause(); footfall.resume()")
    await site.until_keyframe(keyframes + 1)
    assert not find(site.tree(), "inner").children
    assert text_of(find(site.tree(), "calm")) == "still seen"
    assert await page.evaluate("failures") == []


async def test_where_no_part_stands_out_facts_are_left(page: Page, site: Site) -> None:
    everywhere = NOISE.replace("inner.append", "document.body.append")
    await open_page(page, site, everywhere, 'data-budget="15" data-budget-kb="0"')
    await site.until(lambda: "facts" in steps(site), 60)
    assert steps(site) == ["sampled", "facts"]
    await page.evaluate("calm.textContent = 'never seen'")
    await page.click("#button")
    await site.until(lambda: site.of(Click))
    # Chunks come in order: all that was seen until then is here.
    seen = [chunk.name for chunk in site.arrived if chunk.frames]
    await page.evaluate("footfall.pause(); footfall.resume()")
    await page.wait_for_timeout(3000)
    assert text_of(find(site.tree(), "calm")) == "calm"
    assert [chunk.name for chunk in site.arrived if chunk.frames] == seen
    assert await page.evaluate("footfall.session().state") == "recording"
    assert await page.evaluate("failures") == []


async def test_it_ends_where_nothing_helps(page: Page, site: Site) -> None:
    # Looking at the clock is more than this.
    await open_page(page, site, NOISE.replace("4000", "5"), 'data-budget="0.0001"')
    await site.until(lambda: "off" in steps(site), 90)
    order = ["sampled", "frozen", "facts", "off"]
    assert [step for step in order if step in steps(site)] == list(dict.fromkeys(steps(site)))
    assert steps(site).count("facts") == steps(site).count("off") == 1
    await site.until(lambda: [fact for fact in site.of(State) if fact.state == "stopped"])
    assert await page.evaluate("footfall.session().state") == "stopped"
    await page.wait_for_timeout(1000)  # what trackers tell as they end comes after it
    arrived = len(site.arrived)
    await page.click("#button")
    await page.wait_for_timeout(1500)
    assert len(site.arrived) == arrived
    assert await page.evaluate("failures") == []


async def test_what_was_sampled_comes_back_in_calm(page: Page, site: Site) -> None:
    # Less than the noise costs at first; more than it does then, in the mean of the seconds until it ends.
    await open_page(page, site, NOISE, 'data-budget="30" data-budget-kb="0"')
    await site.until(lambda: steps(site) == ["sampled"], 30)
    await page.evaluate("clearInterval(running)")
    await site.until(lambda: steps(site)[-1] == "full", 60)
    assert steps(site) == ["sampled", "full"]
    assert text_of(find(site.tree(), "inner")) == await page.text_content("#inner")


async def test_a_calm_page_is_recorded_in_full(page: Page, site: Site) -> None:
    await open_page(page, site, NOISE.replace("4000", "5"), 'data-budget="150"')
    for _ in range(8):
        await page.click("#button")
        await page.wait_for_timeout(1000)
    await page.evaluate("calm.textContent = 'seen'")
    await site.until(lambda: text_of(find(site.tree(), "calm")) == "seen")
    assert steps(site) == []


async def test_what_is_sent_counts_too(page: Page, site: Site) -> None:
    noise = """<p id="calm"></p><script>setInterval(() => { calm.textContent =
      Array.from({ length: 200 }, () => Math.random().toString(36)).join(" "); }, 100);</script>"""
    await open_page(page, site, noise, 'data-budget="0" data-budget-kb="20"')
    await site.until(lambda: "sampled" in steps(site), 40)
