# ruff: noqa: E501 - pages and scripts read best as they are written
"""Animations stand in the replay where they stood for the visitor: at moments while it is paused, and while it plays."""

from typing import Any, Final

from playwright.async_api import Page

from tests.browser.fidelity.feature import Feature, page
from tests.browser.fidelity.studio import Replay, Studio, replaying

_HEAD: Final = """<style>
@keyframes slide { from { translate: 0px } to { translate: 4000px } }
@keyframes pulse { from { text-indent: 0px } to { text-indent: 4000px } }
.m { width: 20px; height: 10px; background: teal }
#css { animation: slide 4s linear }
#endless { animation: slide 4s -1s linear infinite alternate }
#before::before { content: "x"; animation: pulse 4s linear 100ms }
#moved { transition: translate 4s linear 50ms } #moved.on { translate: 4000px }
#stopped { animation: slide 4s linear infinite } #stopped.off { animation-play-state: paused }
#done { animation: slide 200ms linear } #kept { animation: slide 300ms linear forwards }
</style>"""

_BODY: Final = (
    "".join(
        f"<div class=m id={name}></div>"
        for name in [
            "css",
            "endless",
            "before",
            "moved",
            "stopped",
            "done",
            "kept",
            "web",
            "rate",
            "again",
        ]
    )
    + "<div id=host></div>"
    + '<svg width="20" height="10"><rect id="smil" width="9" height="9"><animate attributeName="x" from="0" to="4000" dur="4s" repeatCount="indefinite"/></rect></svg>'
)

_ACT: Final = """
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const slide = [{ translate: "0px" }, { translate: "4000px" }];
const root = host.attachShadow({ mode: "open" });
root.innerHTML = "<style>@keyframes s { to { translate: 4000px } } b { display: block; animation: s 4s linear }</style><b>b</b>";
moved.classList.add("on");
const one = web.animate(slide, { duration: 4000, fill: "both" });
const two = rate.animate(slide, { duration: 4000, iterations: Infinity });
await wait(150);
await sample();
two.playbackRate = 0.5;
stopped.className = "m off";
one.pause();
await wait(120);
await sample();
two.reverse();
one.currentTime = 2500;
const late = document.createElement("div");
late.className = "m"; late.id = "late";
late.style.animation = "slide 4s linear 200ms both";
document.body.append(late);
again.animate(slide, { duration: 4000, delay: -500, easing: "linear" });
await wait(120);
await sample();
stopped.className = "m";
one.play();
moved.classList.remove("on");
await wait(250);
await sample();
two.cancel();
await wait(150);
await sample();
"""

_SAMPLE: Final = """
const PLACES = (document) => {
  const result = {};
  const of = (name, element, pseudo) => {
    const style = element && element.ownerDocument.defaultView.getComputedStyle(element, pseudo);
    result[name] = style ? (parseFloat(pseudo ? style.textIndent : style.translate) || 0) : -1;
  };
  for (const name of ["css", "endless", "moved", "stopped", "done", "kept", "web", "rate", "again", "late"]) of(name, document.getElementById(name));
  of("before", document.getElementById("before"), "::before");
  of("shadow", document.getElementById("host").shadowRoot?.querySelector("b"));
  result.smil = document.getElementById("smil").x.animVal.value;
  return result;
};
"""


async def _record(studio: Studio, feature: Feature) -> tuple[str, list[Any]]:
    samples: list[Any] = []

    async def drive(live: Page) -> None:
        found = await live.evaluate(
            f"""async () => {{ {_SAMPLE}
              const samples = [];
              const sample = () => new Promise((done) => requestAnimationFrame(() => {{
                samples.push([performance.timeOrigin + document.timeline.currentTime, PLACES(document)]); done();
              }}));
              {_ACT}
              return samples; }}"""
        )
        samples.extend(found)

    recorded = await studio.record(
        Feature(feature.name, feature.html, drive=drive, files=feature.files)
    )
    return recorded.session, samples


async def _places(replay: Replay) -> dict[str, float]:
    found: dict[str, float] = await replay.viewer.evaluate(
        f"() => {{ {_SAMPLE} return PLACES(footfallPlayer.document()); }}"
    )
    return found


_SINCE: Final = "{} + footfallPlayer.manifest().clock_offset - footfallPlayer.manifest().started"


def _far(live: dict[str, float], replayed: dict[str, float], within: float) -> dict[str, Any]:
    return {
        name: (place, replayed[name])
        for name, place in live.items()
        if abs(place - replayed[name]) > within
    }


async def test_animations_stand_where_they_stood(studio: Studio) -> None:
    """A pixel is a millisecond: places may differ by two frames or so."""
    session, samples = await _record(studio, Feature("moving", page(_BODY, _HEAD)))
    async with replaying(studio, session) as replay:
        for at, live in [*samples, *reversed(samples), samples[2]]:
            await replay.viewer.evaluate(f"() => footfallPlayer.seek({_SINCE.format(at)})")
            await replay.viewer.wait_for_timeout(100)
            one = await _places(replay)
            await replay.viewer.wait_for_timeout(120)
            assert _far(live, one, 45) == {}
            assert one == await _places(replay), "a paused replay moves"


async def test_animations_run_with_the_player(studio: Studio) -> None:
    session, samples = await _record(studio, Feature("running", page(_BODY, _HEAD)))
    async with replaying(studio, session) as replay:
        compared = 0
        for speed in (1, 0.25):
            at = samples[0][0]
            found = await replay.viewer.evaluate(
                f"""async () => {{ {_SAMPLE}
                  const player = footfallPlayer;
                  player.setSpeed({speed});
                  await player.seek({_SINCE.format(at)});
                  player.play();
                  const seen = [];
                  const last = {_SINCE.format(samples[-1][0])};
                  while (player.time() < last) {{
                    await new Promise((done) => requestAnimationFrame(done));
                    seen.push([player.time(), PLACES(player.document())]);
                  }}
                  player.pause();
                  return [{_SINCE.format(0)}, seen]; }}"""
            )
            offset, seen = found
            for live_at, live in samples[1:]:
                # The last frame before it: right after it the page changes.
                time, places = [one for one in seen if one[0] <= live_at + offset][-1]
                gap = live_at + offset - time
                if gap < 60:  # a busy machine shows too few frames
                    compared += 1
                    assert _far(live, places, 60 + gap) == {}, speed
        assert compared > 2


_PATCHED: Final = """() => {
  const found = [];
  for (const [name, members] of Object.entries({
    StyleSheet: ["media", "disabled"], HTMLStyleElement: ["disabled"], CSSMediaRule: ["media"],
    CSSStyleSheet: ["insertRule", "deleteRule", "addRule", "removeRule", "replace", "replaceSync"],
    CSSGroupingRule: ["insertRule", "deleteRule"], CSSStyleRule: ["style", "styleMap", "selectorText", "insertRule"],
    CSSKeyframesRule: ["name", "appendRule", "deleteRule"], CSSKeyframeRule: ["style", "keyText"],
    Animation: ["play", "pause", "reverse", "cancel", "finish", "currentTime", "startTime", "playbackRate", "effect"],
    AnimationEffect: ["updateTiming"], KeyframeEffect: ["setKeyframes", "target"], Element: ["animate"],
    SVGSVGElement: ["pauseAnimations", "unpauseAnimations", "setCurrentTime"],
  })) for (const member of members) {
    const own = Object.getOwnPropertyDescriptor(window[name].prototype, member);
    for (const part of [own.value, own.get, own.set])
      if (part && !/native code/.test(Function.prototype.toString.call(part))) found.push(`${name}.${member}`);
  }
  if (!/native code/.test(String(CSS.registerProperty))) found.push("registerProperty");
  return found;
}"""


async def test_what_is_watched_is_given_back(studio: Studio) -> None:
    patched: list[list[str]] = []

    async def drive(live: Page) -> None:
        patched.append(await live.evaluate(_PATCHED))
        await live.evaluate("footfall.stop()")
        patched.append(await live.evaluate(_PATCHED))
        await live.evaluate("footfall.start()")

    await studio.record(Feature("given-back", page("<p>p"), drive=drive, later=False))
    assert len(patched[0]) > 20
    assert patched[1] == []
