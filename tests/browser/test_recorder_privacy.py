"""What must not leave the page does not: secrets, masked texts, anything without consent."""

import asyncio
import json
from pathlib import Path
from typing import Final

import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import FilePayload, Page

from footfall.config import Config
from footfall.web.app import create_app
from footfall.web.keys import INDEXER, LOG, PROJECTS
from footfall.wire import schema
from footfall.wire.schema import Click, Input, PageHide, State
from tests.browser import secret_places
from tests.browser.recorder_site import PROJECT, Site, all_watches

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
    await all_watches(page)
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


async def _fill(page: Page, s: dict[str, str]) -> None:
    for name in ("text", "password", "card", "otp", "search"):
        await page.type(f"[name={name}]", s[name])
    await page.type("[name=shown]", s["shown"][:8])
    await page.evaluate("() => { document.querySelector('[name=shown]').type = 'text'; }")
    await page.type("[name=shown]", s["shown"][8:])
    await page.type("textarea", s["area"])
    await page.type("#editable", s["editable"])
    await page.type("x-open input", s["shadowfield"])
    await page.evaluate("() => later()")  # what is closed before the recorder came, nobody sees
    await page.evaluate("() => closed1.querySelector('input').focus()")
    await page.keyboard.type(s["closedfield"])
    await page.frame_locator("#inner").locator("input").press_sequentially(s["framefield"])
    await page.focus("[name=paste]")
    await page.keyboard.insert_text(s["paste"])
    file: FilePayload = {
        "name": f"{s['file']}.txt",
        "mimeType": "text/plain",
        "buffer": b"x",
    }
    await page.set_input_files("[name=file]", file)
    await page.select_option("select", index=1)
    await page.click("label[for=labelled]")
    await page.click("#clicked")


async def _leave_secrets(page: Page, site: Site, mode: str) -> bytes:
    """Visit the page of secrets; return every byte that left it, decompressed."""
    s = secret_places.secrets(mode)
    svg = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    site.files |= dict.fromkeys(("/dot.svg", "/dot.png", "/sprite.svg"), ("image/svg+xml", svg))
    path = f"/u/{s['pathaddress']}"
    site.pages[path] = secret_places.page(site.script(f'data-mask="{mode}"'), s)
    site.pages["/inner"] = "<!doctype html>inner"
    site.pages["/from"] = "<!doctype html><a>from</a>"
    await page.goto(f"{site.origin}/from?r={s['referrer']}#{s['referrerhash']}")
    target = f"{path}?q={s['queryurl']}#{s['fragmenturl']}"
    await page.evaluate("url => { location.href = url; }", target)
    await site.until_keyframe()
    await all_watches(page)
    await _fill(page, s)
    await page.evaluate(secret_places.script(s))
    await page.evaluate("() => footfall.stop()")
    await site.until(lambda: any(fact.state == "stopped" for fact in site.of(State)))
    await page.evaluate("() => footfall.start()")  # a keyframe of everything as it now is
    await site.until_keyframe(2)
    site.pages["/next"] = "<!doctype html>next"
    await page.goto(f"{site.origin}/next")
    await site.until(lambda: site.of(PageHide))
    sent = (
        chunk.frames + repr(chunk.facts).encode() + repr(chunk.header[:9]).encode()
        for chunk in site.arrived
    )
    return b"\0".join([*sent, *(data for _, data in site.assets.values())])


@pytest.mark.parametrize("mode", ["balanced", "strict"])
async def test_nothing_leaves_the_page_from_any_place(
    page: Page, site: Site, tmp_path: Path, mode: str
) -> None:
    s = secret_places.secrets(mode)
    assert len(s) > 120
    wire = await _leave_secrets(page, site, mode)
    assert _seen(s, wire) == []
    assert b"hunter" not in wire.lower()
    stored = await _stored(site, tmp_path)
    assert site.arrived[0].header.session.encode() in stored
    assert b"hunter" not in stored.lower()


async def test_what_the_mode_allows_is_found_by_the_same_search(page: Page, site: Site) -> None:
    """The search above can see: in the open mode it finds what a page shows, and still nothing else."""
    wire = await _leave_secrets(page, site, "open")
    seen = set(_seen(secret_places.secrets("open"), wire))
    assert set(secret_places.TEXT) - seen == set()
    assert seen & set(secret_places.NEVER) == set()


def _seen(s: dict[str, str], data: bytes) -> list[str]:
    return [name for name in s if f"hunter{name}".encode() in data.lower()]


async def _stored(site: Site, folder: Path) -> bytes:
    """Return every byte that a server has on the disk after it has taken and indexed what the recorder sent."""
    app = create_app(Config(storage=folder / "storage"))
    app[PROJECTS].ensure("proof", "Proof", PROJECT)
    tokens: dict[str, str] = {}
    async with TestClient(TestServer(app)) as client:
        for chunk in site.arrived:
            token = tokens.get(chunk.header.session, "")
            path = f"{schema.CHUNK_PATH}?token={token}" if token else schema.CHUNK_PATH
            answer = await client.post(path, data=chunk.body)
            assert answer.status == 200, await answer.text()
            tokens[chunk.header.session] = (await answer.json())["token"]
        for _ in range(400):
            if app[INDEXER].position >= app[LOG].end:
                break
            await asyncio.sleep(0.05)
    files = [path for path in (folder / "storage").rglob("*") if path.is_file()]
    assert len(files) >= 3
    return b"".join(path.read_bytes() for path in files)
