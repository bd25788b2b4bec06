"""A page with a secret in every place that we could think of, and what a visitor types into it.

Each place has a word of its own. What a mode protects by design is told by the place's class:

- `never`: typed, or not meant for any viewer. In no mode.
- `text`: what the page shows. Balanced masks e-mail addresses and long numbers there, strict everything.
- `address`: what only scripts or addresses hold, and e-mail addresses give away: masked as in balanced.
"""

from typing import Final

_NEVER: Final = """
  text password shown card otp area search editable shadowfield closedfield framefield paste autofill default
  hidden radio checkbox slider file comment script handler meta refresh noscript template canvas object srcdoc
  nonce download blocked blockedattr customvalue reflected mirror cssquery csscomment queryurl fragmenturl
  linkquery linkhash inhash jsession userinfo formaction imagequery imagehash framequery dataquery json
  referrer referrerhash cite ping objectdata poster srcset canonical mailto telephone javascript xlink pathtoken
  pushquery pushhash state validity console consoleerror cookie storage windowname fetched
  message mark instruction selected basequery objectprop
"""
_TEXT: Final = """
  paragraph heading title arialabel ariadescription ariavalue alt placeholder optionlabel option groupname datalist
  button submit summary details dialog popover caption svgtext svgtitle svgdesc shadowtext closedtext frametext
  documenttitle newtitle attribute cellabbr inserted changed patched labelled clicked stylecontent customproperty
  adopted insertedrule mathtext customattribute event noticed slotted rtl cdata thrown rejected
"""
_ADDRESS: Final = """
  pathaddress pushaddress classname idname dataname linkpath user property pagename
"""
NEVER, TEXT, ADDRESS = (names.split() for names in (_NEVER, _TEXT, _ADDRESS))


def secrets(mode: str) -> dict[str, str]:
    """Return what stands in each place: a word where the mode must hide any, else an e-mail address."""
    words = {name: f"hunter{name}" for name in (*NEVER, *TEXT, *ADDRESS)}
    mailed = (*ADDRESS, *(TEXT if mode == "balanced" else ()))
    return words | {name: f"hunter{name}@secret.example" for name in mailed}


def page(script: str, s: dict[str, str]) -> str:
    """Return the page, with the script tag of the recorder in its head."""
    return f"""<!doctype html><html><head>
  <base href="/deep/?b={s["basequery"]}"><title>{s["documenttitle"]}</title>
  <meta name="owner" content="{s["meta"]}"><meta http-equiv="refresh" content="9999; url=/?r={s["refresh"]}">
  <link rel="canonical" href="/?c={s["canonical"]}">
  <style>/* {s["csscomment"]} */ p {{ --who: "{s["customproperty"]}"; background: url(/dot.svg?q={s["cssquery"]}) }}
    h1::after {{ content: "{s["stylecontent"]}" }}</style>
  <script nonce="{s["nonce"]}">const inPage = "{s["script"]}";
    history.replaceState({{ secret: "{s["state"]}" }}, ""); window.name = "{s["windowname"]}";
    document.cookie = "a={s["cookie"]}"; localStorage.setItem("theirs", "{s["storage"]}");</script>{script}</head>
<body onclick="'{s["handler"]}'"><!-- {s["comment"]} --><noscript>{s["noscript"]}</noscript>
  <h1>{s["heading"]}</h1><p id="p" title="{s["title"]}">{s["paragraph"]} <bdo dir="rtl">{s["rtl"]}</bdo></p>
  <p class="x {s["classname"]}" id="{s["idname"]}" data-owner="{s["dataname"]}">classed</p>
  <p aria-label="{s["arialabel"]}" aria-description="{s["ariadescription"]}" aria-valuetext="{s["ariavalue"]}">aria</p>
  <p data-value="{s["mirror"]}" data-href="/x?to={s["dataquery"]}" data-state='{{"name":"{s["json"]}"}}'
    data-note="note {s["attribute"]}" ng-reflect-model="{s["reflected"]}">data</p>
  <form action="/send?f={s["formaction"]}"><label for="labelled">{s["labelled"]}</label>
    <input name="text"><input name="password" type="password"><input name="shown" type="password">
    <input name="card" autocomplete="billing cc-number"><input name="otp" autocomplete="one-time-code">
    <textarea></textarea><input name="search" type="search"><input name="autofill" autocomplete="name">
    <input name="paste"><input name="default" value="{s["default"]}"><input name="file" type="file">
    <input type="hidden" name="hidden" value="{s["hidden"]}"><input name="slider" type="range" list="list">
    <input type="radio" name="radio" value="{s["radio"]}" checked><input type="checkbox" value="{s["checkbox"]}">
    <input id="labelled" placeholder="{s["placeholder"]}"><input name="validity" list="list">
    <datalist id="list"><option value="{s["selected"]}" label="{s["datalist"]}"></datalist>
    <select><optgroup label="{s["groupname"]}"><option>first</option>
      <option value="{s["selected"]}" label="{s["optionlabel"]}">{s["option"]}</option></optgroup></select>
    <input type="submit" value="{s["submit"]}"><button type="button" id="clicked">{s["clicked"]}</button></form>
  <div contenteditable="true" id="editable"></div><button>{s["button"]}</button>
  <a id="anchor" href="/to?q={s["linkquery"]}#{s["linkhash"]}">a</a><a href="#{s["inhash"]}">b</a>
  <a href="/a;jsessionid={s["jsession"]}/b">c</a><a href="//{s["userinfo"]}:x@example.org/">d</a>
  <a href="mailto:{s["mailto"]}@example.org">e</a><a href="tel:{s["telephone"]}">f</a>
  <a href="javascript:'{s["javascript"]}'">g</a><a href="/reset/{s["pathtoken"]}0123456789012345678901234">h</a>
  <a href="/user/{s["linkpath"]}">i</a><a download="{s["download"]}.pdf" ping="/p?{s["ping"]}" href="/dl">j</a>
  <blockquote cite="/c?{s["cite"]}">cited</blockquote><object data="/o?{s["objectdata"]}">{s["object"]}</object>
  <img alt="{s["alt"]}" src="/dot.svg?i={s["imagequery"]}"><img src="/dot.png#{s["imagehash"]}">
  <img srcset="/dot.svg?s={s["srcset"]} 1x"><video poster="/dot.svg?v={s["poster"]}"></video>
  <iframe id="inner" srcdoc="<input name=framefield><p>{s["frametext"]}</p><!-- {s["srcdoc"]} -->"></iframe>
  <iframe src="/inner?f={s["framequery"]}"></iframe><canvas>{s["canvas"]}</canvas>
  <template>{s["template"]}</template><dialog id="dialog">{s["dialog"]}</dialog>
  <div popover id="popover">{s["popover"]}</div><details open><summary>{s["summary"]}</summary>{s["details"]}</details>
  <table><caption>{s["caption"]}</caption><tr><th abbr="{s["cellabbr"]}">cell</th></tr></table>
  <svg><title>{s["svgtitle"]}</title><desc>{s["svgdesc"]}</desc><text>{s["svgtext"]}</text>
    <use xlink:href="/sprite.svg?x={s["xlink"]}#icon"></use><![CDATA[{s["cdata"]}]]></svg>
  <math><mtext>{s["mathtext"]}</mtext></math><div data-footfall="block" title="{s["blockedattr"]}">{s["blocked"]}</div>
  <x-open>{s["slotted"]}</x-open><x-closed></x-closed>
  <x-field value="{s["customvalue"]}" user-name="the {s["customattribute"]} of it"></x-field>
  <ul id="list2"><li>one</li></ul><p id="changing">unchanged</p>
  <script>const field = (name, text) => "<slot></slot><p>" + text + "</p><input name=" + name + ">";
    document.querySelector("x-open").attachShadow({{ mode: "open" }}).innerHTML =
      field("shadowfield", "{s["shadowtext"]}");
    window.later = () => {{
      window.closed1 = document.querySelector("x-closed").attachShadow({{ mode: "closed" }});
      closed1.innerHTML = field("closedfield", "{s["closedtext"]}");
    }};</script></body></html>"""


def script(s: dict[str, str]) -> str:
    """Return what the page does after it was loaded."""
    return f"""async () => {{
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("h1::before {{ content: '{s["adopted"]}' }}");
      document.adoptedStyleSheets = [sheet];
      document.styleSheets[0].insertRule("p::after {{ content: '{s["insertedrule"]}' }}");
      document.querySelector("#list2").insertAdjacentHTML("beforeend", "<li>{s["inserted"]}</li>");
      document.querySelector("#list2").append(document.createProcessingInstruction("x", "{s["instruction"]}"));
      document.querySelector("#changing").firstChild.data = "{s["changed"]}";
      await new Promise((done) => setTimeout(done, 50));
      document.querySelector("#changing").firstChild.data += " {"and so on " * 9} {s["patched"]}";
      document.querySelector("[name=validity]").setCustomValidity("{s["validity"]}");
      document.querySelector("[name=validity]").reportValidity();
      const autofill = document.querySelector("[name=autofill]");
      autofill.value = "{s["autofill"]}";
      for (const type of ["input", "change"]) autofill.dispatchEvent(new Event(type, {{ bubbles: true }}));
      document.querySelector("[name=slider]").dataset.query = "{s["slider"]}";
      document.querySelector("#dialog").showModal(); document.querySelector("#dialog").close();
      document.querySelector("#popover").showPopover(); document.querySelector("#popover").hidePopover();
      console.log("{s["console"]}"); console.error("{s["consoleerror"]}");
      const typed = ["text", "password", "card"].map((name) => document.querySelector(`[name=${{name}}]`).value);
      setTimeout(() => {{ throw new Error("{s["thrown"]} " + typed); }});
      Promise.reject(new Error("{s["rejected"]}, not " + typed));
      fetch("/missing?f={s["fetched"]}").catch(() => 0);
      postMessage("{s["message"]}", "*"); performance.mark("{s["mark"]}");
      getSelection().selectAllChildren(document.querySelector("#p"));
      document.dispatchEvent(new ClipboardEvent("copy"));
      footfall.identify("{s["user"]}", {{ name: "{s["property"]}" }});
      footfall.track("x", {{ note: "{s["event"]}", deep: {{ a: "{s["objectprop"]}" }} }});
      history.pushState({{ s: "{s["state"]}" }}, "", "/u/{s["pushaddress"]}?p={s["pushquery"]}#{s["pushhash"]}");
      document.title = "{s["newtitle"]}";
      await new Promise((done) => setTimeout(done, 50));
      footfall.page("{s["pagename"]}");
      document.body.append("{s["noticed"]}");
    }}"""
