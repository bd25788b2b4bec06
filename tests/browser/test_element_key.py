"""Element keys find their element again, in the page and in one rebuilt from it."""

from functools import cache

import pytest
from playwright.async_api import Page

from tests.browser.recorder_site import esbuild


@cache
def _module() -> str:
    return esbuild("src/dom/element-key.ts", "--format=iife", "--global-name=keys")


BUILD = """(seed) => {
  let state = seed;
  const random = (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const tags = ["div", "span", "li", "a", "x-card", "input", "form", "button", "o:p", "body"];
  const ids = ["buy", "menu", "list", "1st", "user-12345678", "a.b", "x>y", "é", "nav"];
  const make = (owner, depth) => {
    const tag = tags[random(tags.length)];
    const svg = random(12) === 0;
    const element = svg
      ? owner.createElementNS("http://www.w3.org/2000/svg", "linearGradient")
      : owner.createElement(tag);
    if (random(3) === 0) element.setAttribute("id", ids[random(ids.length)]);
    if (random(5) === 0) element.setAttribute("name", ["email", "zip", "q"][random(3)]);
    if (random(6) === 0) element.setAttribute("data-testid", "t-" + random(20));
    const children = depth > 0 ? random(5) : 0;
    for (let i = 0; i < children; i++) element.append(make(owner, depth - 1));
    if (!svg && /^(div|span|x-card)$/.test(tag) && random(6) === 0) {
      element.attachShadow({ mode: "open" }).append(make(owner, depth - 1), make(owner, 1));
    }
    return element;
  };
  document.body.replaceChildren();
  for (let i = 0; i < 6; i++) document.body.append(make(document, 6));
  let deep = document.body;
  for (let i = 0; i < 150; i++) deep = deep.appendChild(document.createElement(i % 3 ? "div" : "section"));
  const frame = document.createElement("iframe");
  document.body.append(frame);
  frame.contentDocument.body.append(make(frame.contentDocument, 4));
}"""

CHECK = """() => {
  const wrong = [];
  let count = 0;
  const visit = (tree) => {
    for (const element of tree.querySelectorAll("*")) {
      count++;
      const key = keys.elementKey(element);
      if (!key || key.length > 300 || keys.findByKey(document, key) !== element) wrong.push(key);
      if (element.shadowRoot) visit(element.shadowRoot);
      if (element.contentDocument) visit(element.contentDocument);
    }
  };
  visit(document);
  return [count, wrong];
}"""


@pytest.mark.parametrize("seed", range(1, 9))
async def test_every_element_is_found_by_its_key(page: Page, seed: int) -> None:
    await page.set_content("<!doctype html><body>")
    await page.evaluate(_module() + ";window.keys = keys")
    await page.evaluate(BUILD, seed)
    count, wrong = await page.evaluate(CHECK)
    assert count > 150
    assert wrong == []


CHECK_PLAIN = """() => {
  const wrong = [];
  let found = 0;
  const all = Array.from(document.querySelectorAll("*"));
  for (const element of all) {
    const key = keys.plainKey(element, "#any");
    const there = keys.findByKey(document, key);
    if (there === element) found++;
    else if (there || !key || key.length > 300 || /[#[]/.test(key)) wrong.push(key);
  }
  return [found / all.length, wrong];
}"""


@pytest.mark.parametrize("seed", range(1, 9))
async def test_a_plain_key_finds_its_element_or_none(page: Page, seed: int) -> None:
    await page.set_content("<!doctype html><body>")
    await page.evaluate(_module() + ";window.keys = keys")
    await page.evaluate(BUILD, seed)
    share, wrong = await page.evaluate(CHECK_PLAIN)
    assert wrong == []
    assert share > 0.98


async def test_plain_keys_tell_what_is_called_how(page: Page) -> None:
    await page.set_content(
        """<!doctype html><body><main id="x"><div id="a"><h2>Tent</h2><button id="b">Buy</button></div>
        <div><h2>Rope</h2><button>Buy</button></div></main><ul><li><img id="c"><li><img></ul>
        <p><b id="d">same</b><i>.</i></p><p><b>same</b><i>.</i></p><em>x</em>"""
    )
    await page.evaluate(_module() + ";window.keys = keys")
    plain = """(selector) => {
      const element = document.querySelector(selector);
      return keys.plainKey(element, keys.elementKey(element));
    }"""
    expected = {
        "#b": "body>main>div:*@bq0kqn>button@1kaawn3",
        "#c": "body>ul>li@>img",  # one of several that says nothing
        "#d": "body>p@1pyynjy>b@1kw85yb",  # two are called so: its place counts
        "em": "",  # its key has no id
    }
    assert {name: await page.evaluate(plain, name) for name in expected} == expected


async def test_keys_prefer_what_the_author_named(page: Page) -> None:
    await page.set_content(
        """<!doctype html><body><ul id="list"><li>a<li><b>b</b></ul><button data-testid="buy">x</button>
        <form id="pay"><input name="zip"></form><form id="ship"><input name="zip"></form>
        <div id="radix-7"><i>x</i></div>"""
    )
    await page.evaluate(_module() + ";window.keys = keys")
    key = "(selector) => keys.elementKey(document.querySelector(selector))"
    expected = {
        "#list": "#list",
        "li b": "#list>li:2@1s3xptp>b@1s3xptp",
        "button": 'button[data-testid="buy"]',
        "#ship input": '#ship input[name="zip"]',
        "i": "body>div>i@1y7ogwv",
    }
    assert {name: await page.evaluate(key, name) for name in expected} == expected


async def test_forged_keys_find_nothing(page: Page) -> None:
    await page.set_content("<!doctype html><body><p>x</p>")
    await page.evaluate(_module() + ";window.keys = keys")
    for key in ("", ">>>", "#", "[", "p:99", " >>> p", "body ||| p", "p~0", "p~9", "x" * 5000):
        found = "(key) => keys.findByKey(document, key)?.localName ?? null"
        assert await page.evaluate(found, key) is None, key


FIND = """([before, selector, after]) => {
  document.body.innerHTML = before;
  const key = keys.elementKey(document.querySelector(selector));
  document.body.innerHTML = after;
  return keys.findSurely(document, key)?.outerHTML ?? null;
}"""


@pytest.mark.parametrize(
    ("before", "selector", "after", "found"),
    [
        ("<ul><li>a<li>b</ul>", "li:nth-child(2)", "<ul><li>b<li>a</ul>", "<li>b</li>"),
        ("<ul><li>a<li>b</ul>", "li:nth-child(2)", "<ul><li>a<li>c</ul>", None),
        ("<p><a>x</a></p>", "a", "<p><b>new</b></p><div><p><a>x</a></p></div>", "<a>x</a>"),
        ("<p><a>x</a></p>", "a", "<p></p><p><a>x</a></p><p><a>x</a></p>", None),
        (
            "<p id=row-1>a</p><p id=row-2>b</p>", "#row-2",
            "<p id=row-1>b</p><p id=row-2>a</p>", '<p id="row-1">b</p>',
        ),
    ],
)  # fmt: skip
async def test_elements_are_found_where_they_have_gone(
    page: Page, before: str, selector: str, after: str, found: str | None
) -> None:
    await page.set_content("<!doctype html><body>")
    await page.evaluate(_module() + ";window.keys = keys")
    assert await page.evaluate(FIND, [before, selector, after]) == found
