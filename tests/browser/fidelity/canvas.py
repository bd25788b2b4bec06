# ruff: noqa: E501 - pages and scripts read best as they are written
"""Canvases: charts drawn once, animations, WebGL that keeps nothing."""

from collections.abc import Sequence
from typing import Final

from tests.browser.fidelity.feature import Feature, page

_OPTIONS: Final = {"data-canvas": "5"}
# Whatever is drawn gets its picture at once or within a fifth of a second.
_PAUSE: Final = "await new Promise((done) => setTimeout(done, 700));"

_CHART: Final = """<style>.half { width: 50%; border: 3px solid teal; padding: 5px; background: #ffe } #round { border-radius: 30px } .tall { height: 60px }</style>
<p>text <canvas id="plain" width="200" height="100"></canvas> and <canvas id="empty" width="40" height="30"></canvas> text</p>
<canvas id="wide" class="half" width="600" height="300"></canvas><canvas id="round" width="90"></canvas><canvas class="tall" id="tall" width="100" height="50"></canvas>
<canvas></canvas><x-shadow></x-shadow><iframe id="inside" width="120" height="70"></iframe>
<script>
window.draw = (canvas, one, two) => {
  const pen = canvas.getContext("2d");
  pen.fillStyle = one; pen.fillRect(0, 0, canvas.width, canvas.height / 2);
  pen.fillStyle = two; pen.fillRect(canvas.width / 4, canvas.height / 4, canvas.width / 2, canvas.height / 2);
};
draw(document.querySelector("#plain"), "#333", "#ddd");
draw(document.querySelector("#wide"), "navy", "white");
</script>"""

_CHART_ACT: Final = f"""
const shadow = document.querySelector("x-shadow").attachShadow({{ mode: "open" }});
shadow.innerHTML = "<canvas width=60 height=40></canvas>";
draw(shadow.firstChild, "black", "gray");
draw(document.querySelector("#round"), "green", "white");
draw(document.querySelector("#tall"), "black", "white");
draw(document.querySelector("#wide"), "black", "silver");
const inner = document.querySelector("#inside").contentDocument;
inner.body.innerHTML = "<canvas width=80 height=40></canvas>";
await new Promise((done) => setTimeout(done, 1200));
draw(inner.querySelector("canvas"), "maroon", "white");
const late = document.createElement("canvas");
late.width = 50; late.height = 50;
draw(late, "purple", "white");
document.body.append(late);
const plain = document.querySelector("#plain");
plain.width = 160;
draw(plain, "#a00", "#fff");
{_PAUSE}
"""

_GL: Final = """<canvas id="kept" width="120" height="80"></canvas><canvas id="fleeting" width="120" height="80"></canvas>
<canvas id="once" width="120" height="80"></canvas><script>
window.paint = (id, red, green, blue, keep) => {
  const gl = document.getElementById(id).getContext("webgl", { preserveDrawingBuffer: keep });
  gl.clearColor(red, green, blue, 1); gl.clear(gl.COLOR_BUFFER_BIT);
  gl.enable(gl.SCISSOR_TEST); gl.scissor(20, 20, 40, 20); gl.clearColor(1, 1, 1, 1); gl.clear(gl.COLOR_BUFFER_BIT);
  gl.disable(gl.SCISSOR_TEST);
};
</script>"""

_GL_ACT: Final = """
paint("kept", 0.2, 0.2, 0.2, true);
paint("once", 0, 0, 0, false);
let value = 0;
await new Promise((done) => {
  const step = () => {
    paint("fleeting", value, 0.1, 0.1, false);
    if (value >= 0.6) return done();
    value += 0.01; requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
});
await new Promise((done) => setTimeout(done, 150));
paint("fleeting", 0.1, 0.1, 0.6, false);
await new Promise((done) => setTimeout(done, 900));
"""

FEATURES: Final[Sequence[Feature]] = (
    Feature("chart", page(_CHART), _CHART_ACT, later_ms=1500, allowed=0.003, options=_OPTIONS),
    # Drawn before the second recording was there, WebGL that keeps nothing cannot be read any more.
    Feature("webgl", page(_GL), _GL_ACT, later=False, allowed=0.003, options=_OPTIONS),
)
