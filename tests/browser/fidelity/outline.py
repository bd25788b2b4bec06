# ruff: noqa: E501 - pages and scripts read best as they are written
"""One JavaScript function that describes a document, live or replayed, so that the two can be compared.

Of each node: what it is, its attributes, its text, where its box lies, its state, its shadow root or the
document in its frame, its children. Left out is what a replay has in another form on purpose: what was
never recorded (scripts, head data), where links lead, the addresses of assets and the text of style sheets.
"""

from typing import Final

OUTLINE: Final = """document => {
  const closed = window.closedRoots ?? new WeakMap();
  const NOT_BUILT = /^(script|noscript|meta|base|template|object|embed|param|track|animate|set|ff-hidden|ff-object)$/;
  const OWN = /^(on.*|src|srcset|sizes|href|xlink:href|xmlns.*|poster|background|style|sandbox|preload|data-ff-.*|ff-.*|srcdoc|nonce|data|action|target|download|cite|rel|is|loading|type|value|autofocus|autoplay|content|data-footfall|media|shadowroot.*|usemap)$/;
  const near = (number) => Math.round(number);
  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height].map(near).join(" ");
  };
  const matches = (element, selector) => {
    try { return element.matches(selector); } catch { return false; }
  };
  const STATES = [":modal", ":popover-open", ":checked", ":indeterminate", ":disabled", ":placeholder-shown",
    ":any-link", ":invalid", ":read-only"];
  // What fills the screen stands in the top layer by another way in a replay.
  const TOP = /^:(modal|popover-open)$/;
  const isFull = (element) => matches(element, ":fullscreen") || element.hasAttribute("data-ff-is-fullscreen");
  const stateOf = (element) => {
    const full = isFull(element);
    const found = STATES.filter((selector) => !(full && TOP.test(selector)) && matches(element, selector)).join("");
    const chosen = element.localName === "select" ? [...element.options].filter((o) => o.selected).map((o) => o.index) : "";
    const written = /^(input|textarea)$/.test(element.localName) && element.type !== "hidden" ? element.value : "";
    const scrolls = near(element.scrollLeft) + "," + near(element.scrollTop);
    const inHtml = element.namespaceURI === "http://www.w3.org/1999/xhtml";
    return [found, `${chosen}`, written, scrolls, inHtml ? "" : element.namespaceURI].join("|");
  };
  const children = (node) => [...node.childNodes].filter((child) => child.nodeType !== 10).map(outline);
  const outline = (node) => {
    if (node.nodeType === 3 || node.nodeType === 4) return node.data;
    if (node.nodeType === 8) return ["comment"];
    const tag = node.localName;
    if (NOT_BUILT.test(tag)) return ["not built"];
    if (tag === "style" || tag === "link") return ["sheet"];
    const attributes = node.getAttributeNames().filter((name) => !OWN.test(name) && !(name === "popover" && isFull(node))).sort()
      .map((name) => `${name}=${node.getAttribute(name)}`.replace(/url\\("(#[^"]*)"\\)/g, "url($1)"))
      .map((written) => written.startsWith("part=") ? written.replace(/ ff-[\\w-]+/g, "") : written);
    const shadow = node.shadowRoot ?? closed.get(node);
    const frame = tag === "iframe" ? node.contentDocument : undefined;
    const bare = /^(iframe|textarea|canvas|audio|video)$/.test(tag);
    return [
      tag, attributes.join(" "), box(node), stateOf(node),
      shadow ? ["shadow", ...children(shadow)] : "",
      frame ? whole(frame) : "",
      ...(bare ? [] : children(node)),
    ];
  };
  const whole = (page) => [
    page.compatMode, near(page.defaultView.scrollX), near(page.defaultView.scrollY), ...children(page),
  ];
  return whole(document);
}"""

KEEP_CLOSED_ROOTS: Final = """(() => {
  const roots = (window.closedRoots = new WeakMap());
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    roots.set(this, root);
    return root;
  };
})();"""
"""Run before a page's own scripts: closed shadow roots stay within the outline's reach."""


def first_difference(live: object, replayed: object, path: str = "") -> str:
    """Return where two outlines part first, in words; "" where they are the same."""
    if live == replayed:
        return ""
    if not isinstance(live, list) or not isinstance(replayed, list):
        return f"{path}: live {_short(live)}, replayed {_short(replayed)}"
    name = live[0] if live and isinstance(live[0], str) else "?"
    # What is inside first: a box is often only as wrong as what it holds.
    for index, (one, other) in reversed(list(enumerate(zip(live, replayed, strict=False)))):
        found = first_difference(one, other, f"{path}/{name}[{index}]")
        if found:
            return found
    return (
        f"{path}/{name}: live has {len(live)} parts, replayed {len(replayed)}: "
        f"{_short(live[len(replayed) :])} {_short(replayed[len(live) :])}"
    )


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 400 else text[:400] + "…"
