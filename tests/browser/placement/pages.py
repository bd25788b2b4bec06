"""Sixteen pages that make heatmaps wrong, each as its visits find it: `variant` is another for every visit.

Elements that people click carry data-truth, which keys do not look at: it tells afterwards which element was meant.
"""

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

GOODS: Final = (
    "Lantern", "Tent", "Stove", "Kettle", "Rope", "Compass", "Blanket", "Hammock", "Axe", "Whistle", "Torch", "Map",
    "Filter", "Cup", "Pillow", "Socks", "Boots", "Poles", "Gloves", "Hat", "Mug", "Plate", "Knife", "Spoon",
)  # fmt: skip
STYLE: Final = """
*{box-sizing:border-box} body{margin:0;font:16px/1.4 sans-serif} a,button{display:inline-block;padding:8px 12px}
.row{display:flex;flex-wrap:wrap;gap:12px} .card{flex:1 1 150px;border:1px solid #aaa;padding:8px}
.tall{height:900px} [hidden]{display:none}
"""


@dataclass(frozen=True)
class Scene:
    """A page. steps: what is done before the elements named (data-truth, by prefix) can be clicked."""

    name: str
    body: Callable[[int], str]
    css: str = ""
    script: str = ""
    steps: tuple[tuple[str, str], ...] = (
        ("", ""),
    )  # (selector to click first, prefix of what follows)


def _t(name: str) -> str:
    return f'data-truth="{name}"'


def _shuffled(variant: int, count: int = 12) -> list[str]:
    goods = list(GOODS[:count])
    random.Random(variant).shuffle(goods)
    return goods


def _words(count: int) -> str:
    return "<p>" + "Some words about camping in the rain. " * count + "</p>"


def _sticky(variant: int) -> str:
    links = "".join(f"<a {_t('nav ' + one)}>{one}</a>" for one in GOODS[:4])
    parts = "".join(
        f"<section><h2>{one}</h2>{_words(12)}<button {_t('more ' + one)}>More</button></section>"
        for one in GOODS[4:10]
    )
    return f"<header class=top><nav>{links}</nav></header><main>{parts}</main>"


def _accordion(variant: int) -> str:
    parts = "".join(
        f"<h3><button aria-expanded=false {_t('head ' + one)}>{one}?</button></h3>"
        f"<div class=panel hidden>{_words(6)}<a {_t('in ' + one)}>Ask about {one}</a></div>"
        for one in GOODS[:6]
    )
    return f"<h1>Questions</h1><div>{parts}</div>{_words(40)}"


def _reordered(variant: int) -> str:
    cards = "".join(
        f"<li class=card><h3>{one}</h3><p>{len(one)} in stock</p><button {_t('buy ' + one)}>Buy</button></li>"
        for one in _shuffled(variant)
    )
    return f"<h1>Goods</h1><ul class=row>{cards}</ul>{_words(20)}"


def _inner(variant: int) -> str:
    lines = "".join(f"<div class=line><a {_t('line ' + one)}>{one}</a></div>" for one in GOODS)
    return f"<h1>Chat</h1><div class=box>{lines}</div>{_words(30)}<a {_t('out')}>Elsewhere</a>"


def _modal(variant: int) -> str:
    choices = "".join(f"<button {_t('size ' + one)}>{one}</button>" for one in ("S", "M", "L"))
    return (
        f"<h1>Boots</h1>{_words(30)}<button class=open {_t('open')}>Choose a size</button>{_words(30)}"
        f"<div class=veil hidden><div role=dialog aria-label=Sizes>{choices}</div></div>"
    )


def _infinite(variant: int) -> str:
    posts = "".join(
        f"<article><h2>{one}</h2>{_words(5)}<button {_t('like ' + one)}>Like</button></article>"
        for one in GOODS[: 8 + variant % 3 * 4]
    )
    return f"<h1>News</h1><main>{posts}</main>"


def _menu(variant: int) -> str:
    tops = "".join(
        f"<li><button aria-haspopup=true aria-expanded=false {_t('top ' + top)}>{top}</button><div class=drop hidden>"
        + "".join(f"<a {_t(f'item {top} {one}')}>{one}</a>" for one in GOODS[at * 4 : at * 4 + 4])
        + "</div></li>"
        for at, top in enumerate(("Sleep", "Cook", "Walk"))
    )
    return f"<nav><ul class=row>{tops}</ul></nav><main>{_words(60)}<a {_t('foot')}>Terms</a></main>"


def _variants(variant: int) -> str:
    promo = (
        f"<section><h2>Sale</h2><a {_t('sale')}>See the sale</a></section>" if variant % 2 else ""
    )
    wrap = ("<div>", "</div>") if variant % 2 else ("", "")
    parts = "".join(
        f"<section><h2>{one}</h2>{_words(5)}<a {_t('see ' + one)}>See {one}</a>"
        f"<button {_t('add ' + one)}>Add</button></section>"
        for one in GOODS[:6]
    )
    return f"<main>{promo}{wrap[0]}{parts}{wrap[1]}</main>"


def _bottom(variant: int) -> str:
    tabs = "".join(f"<button {_t('tab ' + one)}>{one}</button>" for one in ("Home", "Find", "Cart"))
    return f"<main><h1>Long</h1>{_words(150)}<a {_t('end')}>The end</a></main><div class=bar>{tabs}</div>"


def _table(variant: int) -> str:
    rows = "".join(
        f"<tr><th>{GOODS[at % len(GOODS)]} no. {at}</th><td>{at * 7} €</td>"
        f"<td><button {_t(f'row {at}')}>Edit</button></td></tr>"
        for at in (range(80) if variant % 2 else reversed(range(80)))
    )
    return f"<h1>Stock</h1><table><tbody>{rows}</tbody></table>"


def _form(variant: int) -> str:
    fields = "".join(
        f"<div class=field><label for=f{at}>{one}</label><input id=f{at} name={one.lower()} {_t('field ' + one)}></div>"
        for at, one in enumerate(("Name", "Street", "Town", "Country", "Phone"))
    )
    boxes = "".join(
        f"<label {_t('box ' + one)}><input type=checkbox> {one}</label>" for one in GOODS[:4]
    )
    extra = "<p>Please check your entries.</p>" if variant % 2 else ""
    return f"<form><h1>Order</h1>{extra}{fields}<div>{boxes}</div><button type=button {_t('send')}>Send</button></form>"


def _carousel(variant: int) -> str:
    slides = "".join(
        f"<div class=slide><h2>{one}</h2><a {_t('slide ' + one)}>Look</a></div>"
        for one in GOODS[:6]
    )
    return f"<h1>Best of</h1><div class=track>{slides}</div>{_words(40)}<a {_t('all')}>All</a>"


def _generated(variant: int) -> str:
    """Return cards whose ids and classes a framework makes anew for each load, with or without a box around them."""
    made = random.Random(variant + 100)

    def hashed() -> str:
        """Return what `Math.random().toString(36).slice(2)` does."""
        return "".join(made.choices(string.ascii_lowercase + string.digits, k=11))

    kind, around = f"css-{hashed()}", (f'<div class="{hashed()}">', "</div>")
    cards = "".join(
        f'<div class="{kind}" id=":r{made.randrange(90)}{at}:"><h2 id="radix-{hashed()}">{one}</h2>{_words(3)}'
        f'<a class="sc-{hashed()} {hashed()}" id="link-{hashed()}" href="#" {_t("read " + one)}>About {one}</a>'
        f'<button id="b{hashed()}" class="{hashed()}" {_t("take " + one)}>Take</button></div>'
        for at, one in enumerate(GOODS[:8])
    )
    wrap = around if variant % 2 else ("", "")
    return f'<div id="__{hashed()}"><h1>Styled</h1>{wrap[0]}{cards}{wrap[1]}</div>'


def _words_at_random(made: random.Random) -> str:
    return "".join(made.choices(("ba", "ko", "lu", "mi", "te", "ra", "no", "pe"), k=7))


def _reissued(variant: int) -> str:
    """Return cards in another order each time, whose ids look chosen and are drawn by lot for each visit."""
    made = random.Random(variant + 200)
    visit = _words_at_random(made)
    cards = "".join(
        f'<div id="{_words_at_random(made)}"><h3>{one}</h3>{_words(2)}'
        f'<a data-testid="{visit}-{_words_at_random(made)}" {_t("read " + one)}>Read on</a>'
        f'<button id="{_words_at_random(made)}-buy" {_t("buy " + one)}>Buy</button></div>'
        for one in _shuffled(variant, 8)
    )
    return f'<div id="{visit}"><h1>Goods</h1>{cards}</div>'


def _renumbered(variant: int) -> str:
    """Return a page whose ids are counted: what stands before them, and how many parts there are, moves them all."""
    numbers = random.Random(variant + 300).sample(range(1, 60), 40)
    count = iter(numbers).__next__
    promo = f"<p>Sale! <a id=w{count()} {_t('sale')}>See all</a></p>" if variant % 2 else ""
    links = "".join(f"<a id=w{count()} {_t('nav ' + one)}>{one}</a> " for one in GOODS[:5])
    parts = "".join(
        f"<div><h2>{one}</h2>{_words(4)}<button id=w{count()} {_t('more ' + one)}>More</button>"
        f"<b><i id=w{count()} {_t('mark ' + one)}>Mark</i></b></div>"
        for one in GOODS[5:10]
    )
    return f"<nav id=w{count()}>{links}</nav>{promo}<main>{parts}</main>"


def _held(variant: int) -> str:
    """Return a control: ids that everybody meets, on cards in another order each time, some without a word."""
    cards = "".join(
        f"<div id={one.lower()}><h3>{one}</h3><button id=buy-{one.lower()} {_t('buy ' + one)}>Buy</button></div>"
        for one in _shuffled(variant, 8)
    )
    pictures = "".join(
        f"<div class=pic><button id=see-{one.lower()} {_t('see ' + one)}><svg></svg></button></div>"
        for one in _shuffled(variant + 50, 8)
    )
    return f"<h1>Goods</h1><div>{cards}</div><div class=row>{pictures}</div>"


_FOLD: Final = """addEventListener('click', (event) => {
  const button = event.target.closest('[aria-expanded]');
  if (!button) return;
  const part = (button.closest('h3') ?? button).nextElementSibling;
  for (const other of document.querySelectorAll('[aria-haspopup][aria-expanded=true]'))
    if (other !== button) { other.setAttribute('aria-expanded', 'false'); other.nextElementSibling.hidden = true; }
  part.hidden = !part.hidden;
  button.setAttribute('aria-expanded', String(!part.hidden));
})"""

SCENES: Final = (
    Scene("sticky", _sticky, ".top{position:sticky;top:0;background:#eee}"),
    Scene("accordion", _accordion, "", _FOLD, tuple(
        (f"[data-truth='head {one}']", f"in {one}") for one in GOODS[:6]
    )),
    Scene("reordered", _reordered, "ul{padding:0;list-style:none}"),
    Scene("inner", _inner, ".box{height:220px;overflow:auto;border:1px solid} .line{padding:6px}"),
    Scene(
        "modal", _modal,
        ".veil{position:fixed;inset:0;background:#0008}"
        "[role=dialog]{margin:60px auto;width:70%;background:#fff;padding:30px}",
        "addEventListener('click',(e)=>{if(e.target.closest('.open'))document.querySelector('.veil').hidden=false})",
        (("", "open"), ("[data-truth=open]", "size")),
    ),
    Scene("infinite", _infinite, "article{border-top:1px solid;padding:12px}"),
    Scene(
        "menu", _menu,
        "nav ul{padding:0;list-style:none} .drop{position:absolute;background:#eef;padding:10px;width:40vw}"
        "main{padding-top:200px}",
        _FOLD,
        (("", "top"), *((f"[data-truth='top {one}']", f"item {one}") for one in ("Sleep", "Cook", "Walk"))),
    ),
    Scene("variants", _variants, "section{padding:20px}"),
    Scene("bottom", _bottom,
        "main{padding-bottom:90px}.bar{position:fixed;bottom:0;left:0;right:0;display:flex;background:#eee}"
        ".bar button{flex:1}"),
    Scene("table", _table, "table{width:100%}"),
    Scene("form", _form, ".field{margin:10px} input:not([type]){width:60%;padding:6px;margin-left:8px}"),
    Scene("generated", _generated, "h2{font-size:18px} div[id^=':r']{padding:14px}"),
    Scene("reissued", _reissued, "h3{margin:0;padding-top:12px}"),
    Scene("renumbered", _renumbered, "h2{margin:0} i{padding:8px;border:1px solid}"),
    Scene("held", _held, "h3{margin:0} svg{width:40px;height:30px} .pic{border:1px solid}"),
    Scene("carousel", _carousel,
        ".track{display:flex;overflow-x:auto;scroll-snap-type:x mandatory}"
        ".slide{flex:0 0 80%;height:200px;border:1px solid}"),
)  # fmt: skip

DRIFTING: Final = [one for one in SCENES if one.name in ("reissued", "renumbered")]
"""Their ids are others for each visit, and look as if somebody had chosen them."""


def page(scene: Scene, variant: int, recorder: str) -> str:
    """Return the page of a scene as one visit finds it, with the recorder's script tag."""
    script = f"<script>{scene.script}</script>" if scene.script else ""
    return (
        f"<!doctype html><html><head><title>{scene.name}</title><style>{STYLE}{scene.css}</style>{recorder}</head>"
        f"<body>{scene.body(variant)}{script}</body></html>"
    )
