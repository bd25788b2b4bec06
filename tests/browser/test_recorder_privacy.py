"""What must not leave the page does not: secrets, masked texts, anything without consent."""

import json
from typing import Final

import pytest
from playwright.async_api import Page

from footfall.wire.schema import Click, Input, PageHide
from tests.browser.recorder_site import Site

SECRETS: Final = {
    "text": "hunterText",
    "password": "hunterPassword",
    "shown": "hunterShown",
    "card": "4242424242424242",
    "area": "hunterArea",
    "editable": "hunterEditable",
    "title": "hunter.title@example.org",
    "label": "hunter.label@example.org",
    "query": "hunterQuery",
    "fragment": "hunterFragment",
    "shadow": "hunterShadow",
    "frame": "hunterFrame",
    "mail": "hunter.mail@example.org",
    "phone": "+49 170 1234 567",
    "default": "hunterDefault",
    "mirror": "hunterMirror",
    "blocked": "hunterBlocked",
    "link": "hunterLink",
    "image": "hunterImage",
    "file": "hunterFile",
    "meta": "hunterMeta",
    "handler": "hunterHandler",
    "script": "hunterScript",
    "comment": "hunterComment",
    "path": "hunter.path@example.org",
    "search": "hunterSearch",
}


async def test_no_secret_is_ever_on_the_wire(page: Page, site: Site) -> None:
    s = SECRETS
    site.pages["/form"] = f"""<!doctype html><html><head>{site.script()}
      <title>For {s["mail"]}</title><meta name="owner" content="{s["meta"]}"></head>
      <body onclick="'{s["handler"]}'"><!-- {s["comment"]} --><script>var x = "{s["script"]}";</script>
      <form><input name="t"><input name="pw" type="password"><input name="shown" type="password">
      <input name="cc" autocomplete="billing cc-number"><textarea></textarea><input type="file">
      <input name="d" value="{s["default"]}"><input type="search" name="q"></form>
      <div contenteditable="true" id="editable"></div>
      <p title="{s["title"]}" aria-label="{s["label"]}" data-value="{s["mirror"]}">Write to {s["mail"]}
      or call {s["phone"]}.</p><button id="b">Mail {s["mail"]}</button>
      <a href="/x?to={s["link"]}">link</a><img src="/none.png?u={s["image"]}">
      <div data-footfall="block">{s["blocked"]}</div>
      <x-host></x-host><iframe srcdoc="<input name=inframe>"></iframe>
      <script>document.querySelector("x-host").attachShadow({{ mode: "open" }}).innerHTML =
        "<input name=inshadow>";</script></body></html>"""
    url = f"{site.origin}/form?secret={s['query']}#{s['fragment']}"
    await page.goto(url)
    await site.until_keyframe()
    await page.type("[name=t]", s["text"])
    await page.type("[name=pw]", s["password"])
    await page.type("[name=shown]", s["shown"][:6])
    await page.evaluate("() => { document.querySelector('[name=shown]').type = 'text'; }")
    await page.type("[name=shown]", s["shown"][6:])
    await page.type("[name=cc]", s["card"])
    await page.type("textarea", s["area"])
    await page.type("[name=q]", s["search"])
    await page.type("#editable", s["editable"])
    await page.type("x-host input", s["shadow"])
    await page.frames[1].type("input", s["frame"])
    await page.set_input_files(
        "[type=file]", {"name": f"{s['file']}.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    await page.evaluate(f"() => history.pushState(0, '', '/u/{s['path']}/x?a={s['query']}')")
    await page.click("#b")
    await site.until(lambda: site.of(Click))
    site.pages["/next"] = "<!doctype html>next"
    await page.goto(f"{site.origin}/next")
    await site.until(lambda: site.of(PageHide))
    wire = b"\0".join(
        chunk.frames
        + json.dumps(chunk.facts, default=str).encode()
        + repr(chunk.header[:9]).encode()
        for chunk in site.arrived
    ).lower()
    found = [name for name, secret in s.items() if secret.lower().encode() in wire]
    assert found == []
    tree = site.tree()
    assert tree.find("input", name="t").state["Value"] == "•" * len(s["text"])
    constant = tree.find("input", name="pw").state["Value"]
    assert constant == tree.find("input", name="shown").state["Value"]
    assert constant == tree.find("input", name="cc").state["Value"]
    assert tree.find("input", name="cc").type == "Element"
    lengths = {fact.key: fact.length for fact in site.of(Input) if fact.action == "input"}
    assert lengths['input[name="t"]'] == len(s["text"])
    assert lengths['input[name="pw"]'] == -1
    assert lengths['input[name="shown"]'] == -1
    assert lengths['input[name="cc"]'] == -1
    [click] = site.of(Click)
    assert click.text == "Mail xxxxxx.xxxx@xxxxxxx.xxx"


async def test_strict_masks_every_text_and_leaves_media_out(page: Page, site: Site) -> None:
    site.files["/dot.svg"] = ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    site.pages[
        "/"
    ] = f"""<!doctype html><html><head>{site.script('data-mask="strict"')}</head><body>
      <p title="Alpha">Bravo 42, Charlie!</p><img alt="Delta" width="30" height="20" src="/dot.svg">
      <p data-footfall="unmask">Echo</p><p data-footfall="unmask"><input value="Foxtrot"></p></body>"""
    await page.goto(site.origin)
    await site.until_keyframe()
    wire = b"".join(chunk.frames for chunk in site.arrived)
    shown = [w for w in (b"Alpha", b"Bravo", b"Charlie", b"Delta", b"dot") if w in wire]
    assert shown == []
    assert b"Xxxxx 00, Xxxxxxx!" in wire
    assert b"Echo" in wire
    assert site.tree().find("input").state["Value"] == "Foxtrot"
    assert site.tree().find("img").attributes == {"ff-blocked": "30x20"}


async def test_without_consent_there_is_nothing(page: Page, site: Site) -> None:
    script = site.script('data-consent="required"')
    site.pages["/"] = f"<!doctype html><head>{script}</head><body><button>b</button></body>"
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall")
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(1500)
    stored = "async () => [localStorage.length + sessionStorage.length, (await indexedDB.databases()).length]"
    assert await page.evaluate(stored) == [0, 0]
    assert site.arrived == []
    assert await page.evaluate("() => footfall.session().state") == "no consent"
    await page.evaluate("() => footfall.consent('granted')")
    await site.until_keyframe()
    assert site.of(Click) == []
    await page.evaluate("() => { document.body.append('later'); footfall.consent('denied'); }")
    count = len(site.arrived)
    await page.mouse.click(20, 20)
    await page.goto("about:blank")
    await page.wait_for_timeout(1500)
    assert len(site.arrived) == count


@pytest.mark.parametrize("signal", ["globalPrivacyControl: true", "doNotTrack: '1'"])
async def test_privacy_signals_are_honoured(page: Page, site: Site, signal: str) -> None:
    name, value = signal.split(": ")
    await page.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{name}', {{ get: () => {value} }});"
    )
    site.pages["/"] = f"<!doctype html><head>{site.script()}</head><body>page</body>"
    await page.goto(site.origin)
    await page.wait_for_function("() => window.footfall")
    await page.mouse.click(20, 20)
    await page.wait_for_timeout(1500)
    assert site.arrived == []
    assert await page.evaluate("() => footfall.session().state") == "refused"
