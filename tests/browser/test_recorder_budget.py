"""What happens when the recording costs more than it may: fewer changes, a part left out, facts only, nothing."""

from playwright.async_api import Page

from footfall.wire.schema import Click, State
from tests.browser.frames import Node, Tree
from tests.browser.recorder_site import Site, once, open_page

NOISE = """<p id="calm">calm</p><button id="button">Button</button>
<div id="noisy" style="width:300px;height:200px;overflow:hidden"><div id="inner"></div></div>
<div style="height:400px">below</div>
<script>
  window.failures = [];
  addEventListener("error", (event) => failures.push(event.message));
  addEventListener("unhandledrejection", (event) => failures.push(String(event.reason)));
  let turn = 0;
  const parts = Array.from({ length: PARTS }, (_, index) => {
    const part = document.createElement("i");
    inner.append(part);
    return part;
  });
  function step() {
    turn++;
    for (const [index, part] of parts.entries()) {
      part.style.transform = `translate(${(turn * index) % 97}px, ${turn % 89}px)`;
      part.title = `turn ${turn} of ${index}`;
    }
    if (turn % 7 === 0) parts[turn % parts.length].textContent = String(turn);
  }
  window.running = setInterval(step, 16);
</script>"""
PART_COUNT = "300"


def steps(site: Site) -> list[str]:
    return [fact.reason for fact in once(site, State) if fact.state == "budget"]


def find(tree: Tree, name: str) -> Node:
    return next(node for node in tree.nodes.values() if node.attributes.get("id") == name)


def text_of(node: Node) -> str:
    return node.text + "".join(text_of(child) for child in node.children)


async def test_the_part_that_changes_wildly_becomes_a_box(page: Page, site: Site) -> None:
    await open_page(page, site, NOISE.replace("PARTS", PART_COUNT), 'data-budget="12"')
    await site.until(lambda: "frozen" in steps(site), 40)
    assert steps(site)[:2] == ["sampled", "frozen"]
    measured = [fact.amount for fact in once(site, State) if fact.state == "budget"]
    assert min(measured) > 12
    await page.evaluate("calm.textContent = 'still seen'")
    await page.click("#button")
    await site.until(lambda: text_of(find(site.tree(), "calm")) == "still seen")
    await site.until(lambda: once(site, Click))
    tree = site.tree()
    box = find(tree, "inner")
    assert "ff-blocked" in box.attributes
    assert not box.children
    assert find(tree, "noisy").children == [box]
    # A keyframe has the box, too.
    await page.evaluate("footfall.pause(); footfall.resume()")
    await site.until_keyframe(2)
    assert not find(site.tree(), "inner").children
    # What happens in the box is left alone: the recording is cheap again, and stays as it is.
    await page.wait_for_timeout(7000)
    assert steps(site) == ["sampled", "frozen"]
    assert await page.evaluate("failures") == []
