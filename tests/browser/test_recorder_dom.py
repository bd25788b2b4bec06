"""Keyframe and mutations give exactly the live page, whatever a script does to it."""

import pytest
from playwright.async_api import Page

from tests.browser.frames import OUTLINE, outline
from tests.browser.recorder_site import Site, without_scripts

# A seeded storm of changes over light DOM, open and closed shadow roots and a same-origin frame.
STORM = """({ seed, steps, frameDocument }) => {
  let state = seed;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  window.closedRoots ??= new WeakMap();
  window.parked ??= [];
  const frame = document.querySelector("iframe");
  const areas = [document.querySelector("#area")];
  if (frame?.contentDocument?.body) areas.push(frame.contentDocument.body);
  const all = () => {
    const found = [];
    const visit = (node) => {
      if (node.nodeType === 1 && !/^(script|style|iframe)$/.test(node.localName)) found.push(node);
      if (node.nodeType === 11) found.push(node);
      for (const child of node.childNodes ?? []) visit(child);
      const shadow = node.nodeType === 1 && (node.shadowRoot ?? window.closedRoots.get(node));
      if (shadow) visit(shadow);
    };
    areas.forEach(visit);
    return found;
  };
  const pick = (list) => list[random(list.length)];
  let count = 0;
  const make = (parent) => {
    const owner = parent.ownerDocument;
    const kind = random(8);
    if (kind === 0) return owner.createTextNode("text " + String.fromCharCode(97 + (count++ % 26)));
    if (kind === 1) return owner.createComment("note");
    if (kind === 2) return owner.createElementNS("http://www.w3.org/2000/svg", "g");
    const element = owner.createElement(pick(["div", "span", "p", "x-box"]));
    if (random(2)) element.className = "made-" + count++;
    for (let i = random(3); i > 0; i--) element.append(make(parent));
    if (random(5) === 0 && element.localName !== "p") {
      const mode = pick(["open", "closed"]);
      const shadow = element.attachShadow({ mode });
      if (mode === "closed") window.closedRoots.set(element, shadow);
      shadow.append(make(parent), make(parent));
    }
    return element;
  };
  const place = (node) => {
    for (let tries = 0; tries < 5; tries++) {
      const parent = pick(all());
      if (node.contains(parent) || parent.getRootNode({ composed: true }) === node) continue;
      let at = parent;
      let inside = false;
      while (at) { inside ||= at === node; at = at.parentNode ?? at.host; }
      if (inside || areas.includes(node)) continue;
      const before = random(3) ? pick([null, ...parent.childNodes]) : null;
      if (before !== node) parent.insertBefore(node, before);
      return;
    }
  };
  const movable = () => {
    const node = pick(all());
    return node.nodeType === 1 && !areas.includes(node) ? node : document.createElement("i");
  };
  const some = () => {
    const node = pick(all());
    return node.nodeType === 1 ? node : node.host;
  };
  const long = " and a rather long piece of text more, so that it is patched";
  const actions = [
    () => { const parent = pick(all()); parent.append(make(parent)); },
    () => { const parent = pick(all()); parent.prepend(make(parent), make(parent)); },
    () => place(movable()),
    () => movable().remove(),
    () => { const node = movable(); node.remove(); window.parked.push(node); },
    () => { if (window.parked.length) place(window.parked.splice(random(window.parked.length), 1)[0]); },
    () => { const parent = pick(all()); const node = make(parent); parent.append(node); node.remove(); },
    () => some().setAttribute("data-n", String(random(99))),
    () => some().toggleAttribute("hidden"),
    () => { for (const child of pick(all()).childNodes) if (child.nodeType === 3) child.nodeValue += long; },
    () => { const node = pick(all()); node.append(...[...node.childNodes].reverse()); },
    () => { const node = movable(); node.replaceChildren(make(node)); },
    () => {
      const node = movable();
      const box = node.ownerDocument.createElement("section");
      node.replaceWith(box);
      box.append(node);
    },
    () => {
      const node = some();
      if (node.localName !== "div" || node.shadowRoot || window.closedRoots.has(node)) return;
      node.attachShadow({ mode: "open" }).append(make(node));
    },
    () => pick(all()).normalize(),
  ];
  for (let i = 0; i < steps; i++) pick(actions)();
}"""


def _page(site: Site) -> str:
    return f"""<!doctype html><html><head><title>Storm</title>{site.script()}</head><body>
      <div id="area"><p>one</p><div>two<span>three</span></div></div>
      <iframe srcdoc="<!doctype html><body><p>inner</p></body>"></iframe></body></html>"""


async def _settle(page: Page, site: Site) -> None:
    """Everything up to now has been sent and has arrived."""
    await page.evaluate("() => window.dispatchEvent(new Event('settle'))")
    marker = await page.evaluate(
        """() => { const n = document.createElement("i"); n.id = "m" + Math.random().toString(36).slice(2);
        document.body.append(n); return n.id; }"""
    )
    await page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    await page.mouse.click(5, 5)
    await site.until(lambda: any(marker.encode() in chunk.frames for chunk in site.arrived))


@pytest.mark.parametrize("seed", range(1, 9))
async def test_storms_end_in_the_live_page(page: Page, site: Site, seed: int) -> None:
    site.pages["/"] = _page(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    for round_ in range(12):
        await page.evaluate(STORM, {"seed": seed * 1000 + round_, "steps": 3 + round_ * 3})
        if round_ % 3 == 0:
            await page.wait_for_timeout(30)
    await _settle(page, site)
    tree = site.tree()
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    assert without_scripts(outline(tree.document)) == without_scripts(live)
    keyframes = sum(op.name == "Keyframe" for chunk in site.arrived for op in chunk.ops)
    assert keyframes == 1, "the mutations themselves must be right, not repaired"


# Every look at the clock finds that 20 ms have passed, so that the recorder rests as often as it can.
_HURRIED = """<script>{
  const now = performance.now.bind(performance);
  let extra = 0;
  performance.now = () => now() + (extra += 20);
}</script>"""


@pytest.mark.parametrize("seed", range(1, 7))
async def test_storms_while_a_keyframe_is_walked_in_slices(
    page: Page, site: Site, seed: int
) -> None:
    rows = "".join(f"<div><p>row <b>{_letters(n)}</b></p></div>" for n in range(700))
    html = _page(site).replace("<p>one</p>", f"<p>one</p>{rows}")
    site.pages["/"] = html.replace("<head>", f"<head>{_HURRIED}")
    await page.goto(site.origin)
    rounds = 0
    while not site.keyframes() and rounds < 400:
        await page.evaluate(STORM, {"seed": seed * 1000 + rounds, "steps": 2 + rounds % 6})
        rounds += 1
    names = [op.name for chunk in site.arrived for op in chunk.ops]
    during = names[names.index("Keyframe") : names.index("KeyframeEnd")]
    assert during.count("Time") > 5, "the keyframe was not walked in slices"
    assert rounds > 1, "nothing happened meanwhile"
    await _settle(page, site)
    await page.wait_for_timeout(300)
    await _settle(page, site)
    tree = site.tree()
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    assert without_scripts(outline(tree.document)) == without_scripts(live)
    assert site.keyframes() <= 2, "at most a place that was lost for good is repaired"


async def test_a_style_that_moves_is_sent_by_its_numbers(page: Page, site: Site) -> None:
    site.pages["/"] = _page(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """async () => {
          const boxes = document.querySelectorAll("#area > *");
          for (let frame = 0; frame < 40; frame++) {
            await new Promise(requestAnimationFrame);
            boxes.forEach((box, i) => {
              box.style.transform = `translate(${(Math.sin(frame + i) * 99).toFixed(2)}px, ${frame - 20}px)`;
              box.style.opacity = String(frame % 9 / 10);
              if (frame % 17 === 16) box.style.cssText = `color: rgb(1, 2, ${frame}); margin: 3px`;
              if (frame === 30 && i) box.remove();
              if (frame === 31 && i) document.querySelector("#area").append(box);
            });
          }
        }"""
    )
    await _settle(page, site)
    tree = site.tree()
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    assert without_scripts(outline(tree.document)) == without_scripts(live)
    names = [op.name for chunk in site.arrived for op in chunk.ops]
    assert names.count("NumbersBy") > 20 > names.count("Numbers") > 0


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


async def test_a_large_keyframe_is_cut_over_chunks(page: Page, site: Site) -> None:
    site.pages["/"] = _page(site)
    rows = "".join(
        f'<div class="row-{n}"><span>{_letters(n * 7919)} {_letters(n * 104729)}</span><b>é{n}</b></div>'
        for n in range(9000)
    )
    site.pages["/"] = site.pages["/"].replace("<p>one</p>", f"{rows}<p>{'long ' * 30000}</p>")
    await page.goto(site.origin)
    await site.until_keyframe()
    chunks = [chunk for chunk in site.arrived if chunk.frames]
    assert len(chunks) > 3
    assert all(len(chunk.body) <= 48 * 1024 for chunk in chunks)
    tree = site.tree()
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    assert without_scripts(outline(tree.document)) == without_scripts(live)


async def test_state_beside_attributes(page: Page, site: Site) -> None:
    site.pages[
        "/"
    ] = f"""<!doctype html><html><head>{site.script()}<style id="rules"></style></head><body>
      <input type="checkbox" id="c" checked><select id="s"><option>a<option>b<option>c</select>
      <textarea id="t">draft</textarea><div id="scroller" style="height:50px;overflow:auto">
      <div style="height:500px">tall</div></div><dialog id="d">hello</dialog><x-host></x-host>
      <script>
        document.querySelector("#rules").sheet.insertRule("p {{ color: red }}");
        const sheet = new CSSStyleSheet(); sheet.replaceSync("b {{ color: blue }}");
        document.querySelector("x-host").attachShadow({{ mode: "open" }}).adoptedStyleSheets = [sheet];
        document.querySelector("#s").selectedIndex = 2;
        document.querySelector("#scroller").scrollTop = 120;
        document.querySelector("#d").showModal();
      </script></body></html>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    tree = site.tree()
    assert tree.find("input", id="c").state["Checked"] == 1
    assert tree.find("select", id="s").state["Selected"] == (2,)
    assert tree.find("textarea", id="t").state["Value"] == "•" * 5
    assert tree.find("div", id="scroller").state["ScrollTo"] == [0, 120]
    assert tree.find("dialog", id="d").state["Modal"] == 1
    style = tree.find("style", id="rules").id
    assert tree.rules[style] == ["p { color: red; }"]
    host = tree.find("x-host").root
    assert host is not None
    (sheet,) = host.state["Adopt"]
    assert tree.rules[-sheet] == ["b { color: blue; }"]
    await page.evaluate(
        """() => {
        document.querySelector("#rules").sheet.insertRule("i { color: green }");
        document.querySelector("x-host").shadowRoot.adoptedStyleSheets = [];
        document.querySelector("#d").close();
        document.querySelector("#s").selectedIndex = 1;
        document.querySelector("#s").dispatchEvent(new Event("change", { bubbles: true }));
      }"""
    )
    await page.select_option("#s", "a")
    await _settle(page, site)
    tree = site.tree()
    assert tree.rules[style] == ["i { color: green; }", "p { color: red; }"]
    host = tree.find("x-host").root
    assert host is not None
    assert host.state["Adopt"] == ()
    assert tree.find("dialog", id="d").state["Modal"] == 0
    assert tree.find("select", id="s").state["Selected"] == (0,)


async def test_frames_that_load_later(page: Page, site: Site) -> None:
    site.pages["/"] = (
        f"<!doctype html><html><head>{site.script()}</head><body><p>outer</p></body></html>"
    )
    site.pages["/inner"] = "<!doctype html><html><body><p>inner</p></body></html>"
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => new Promise((done) => { const frame = document.createElement("iframe");
        frame.onload = done; frame.src = "/inner"; document.body.append(frame); })"""
    )
    await page.evaluate("() => frames[0].document.body.append('more')")
    await _settle(page, site)
    tree = site.tree()
    assert tree.document is not None
    live = await page.evaluate(OUTLINE)
    assert without_scripts(outline(tree.document)) == without_scripts(live)


async def test_every_painted_state_is_recorded(page: Page, site: Site) -> None:
    """A page that changes in each animation frame shows each of its states; none may be folded into the next."""
    site.pages["/"] = _page(site)
    await page.goto(site.origin)
    await site.until_keyframe()
    await page.evaluate(
        """() => new Promise((done) => {
          const shown = document.querySelector("p");
          let state = 0;
          const next = () => {
            shown.textContent = "state " + ++state + ".";
            if (state < 60) requestAnimationFrame(next); else done();
          };
          requestAnimationFrame(next);
        })"""
    )
    await _settle(page, site)
    written = b"".join(chunk.frames for chunk in site.arrived)
    assert [n for n in range(1, 61) if f"state {n}.".encode() not in written] == []
