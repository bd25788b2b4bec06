"""Firefox and WebKitGTK, which Playwright cannot drive as Debian packages them, through what they speak themselves:
WebDriver BiDi over a WebSocket, and WebDriver over HTTP. Both take the same input actions.
"""

import asyncio
import contextlib
import json
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, ClientWebSocketResponse

_PATIENCE_SECONDS: Final = 30.0
_LISTENS: Final = b"WebDriver BiDi listening on "
# Nothing of this machine's graphics is needed, nor there.
_SOFTWARE: Final = {"GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1"}

Actions = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Driven:
    """A browser with one page. `value` is that of a JavaScript expression; `act` takes WebDriver's input sources."""

    open: Callable[[str], Awaitable[None]]
    value: Callable[[str], Awaitable[Any]]
    act: Callable[[Actions], Awaitable[None]]

    async def click(self, selector: str) -> None:
        x, y = await self.value(
            "(({ x, y, width, height }) => [x + width / 2, y + height / 2].map(Math.round))"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        steps = [
            {"type": "pointerMove", "x": x, "y": y, "duration": 50},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self.act([{"type": "pointer", "id": "mouse", "actions": steps}])

    async def type(self, text: str) -> None:
        steps = [
            {"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")
        ]
        await self.act([{"type": "key", "id": "keys", "actions": steps}])

    async def wheel(self, x: int, y: int, down: int) -> None:
        step = {"type": "scroll", "x": x, "y": y, "deltaX": 0, "deltaY": down, "duration": 0}
        # A source of its own: WebKitGTK turns by the difference from what its source did before.
        await self.act([{"type": "wheel", "id": f"wheel {x} {y} {down}", "actions": [step]}])


def program(*names: str) -> str:
    """Return the path of the first that is there."""
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        raise LookupError(
            f"{names[0]} is not on this machine: run `python tests/browser/other_browsers.py` as root, "
            "or leave its browser out of FOOTFALL_BROWSERS."
        )
    return found


@asynccontextmanager
async def _running(
    command: Sequence[str], environment: Mapping[str, str], **options: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, **environment}, stdout=asyncio.subprocess.DEVNULL, **options
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass


async def _listening(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while line := await process.stderr.readline():
            if _LISTENS in line:
                return line.partition(_LISTENS)[2].decode().strip()
    raise AssertionError("Firefox ended before it listened")


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Driven]:
    """Start Firefox without a window."""
    command = (program("firefox-esr", "firefox"), "--headless", "--no-remote")
    options = ("--profile", str(profile), "--remote-debugging-port", "0")
    environment = {"HOME": str(profile)}
    async with _running(
        [*command, *options], environment, stderr=asyncio.subprocess.PIPE
    ) as process:
        address = await _listening(process)
        assert process.stderr is not None
        drain = asyncio.create_task(_drain(process.stderr))
        async with ClientSession() as http, http.ws_connect(f"{address}/session") as socket_:
            yield await _bidi(socket_)
        drain.cancel()


async def _bidi(socket_: ClientWebSocketResponse) -> Driven:
    count = 0

    async def call(method: str, **parameters: Any) -> dict[str, Any]:
        nonlocal count
        count += 1
        await socket_.send_json({"id": count, "method": method, "params": parameters})
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (answer := await socket_.receive_json()).get("id") != count:
                pass
        assert answer["type"] == "success", answer
        result: dict[str, Any] = answer["result"]
        return result

    await call("session.new", capabilities={})
    context = (await call("browsingContext.create", type="tab"))["context"]

    async def open_(url: str) -> None:
        await call("browsingContext.navigate", context=context, url=url, wait="complete")

    async def value(expression: str) -> Any:
        answer = await call(
            "script.evaluate",
            expression=f"JSON.stringify({expression})",
            target={"context": context},
            awaitPromise=False,
        )
        assert answer["type"] == "success", answer
        text = answer["result"].get("value")
        return None if text is None else json.loads(text)

    async def act(actions: Actions) -> None:
        await call("input.performActions", context=context, actions=actions)

    return Driven(open_, value, act)


def _line(descriptor: int) -> str:
    """Return a whole line: Xvfb writes the number and the line's end apart, and a closed pipe would end it."""
    with os.fdopen(descriptor) as pipe:
        return pipe.readline().strip()


@asynccontextmanager
async def _display() -> AsyncIterator[str]:
    """Give a display that nobody sees; WebKitGTK needs one."""
    reading, writing = os.pipe()
    command = (program("Xvfb"), "-displayfd", str(writing), "-screen", "0", "1280x1024x24")
    quiet = asyncio.subprocess.DEVNULL
    async with _running(
        [*command, "-nolisten", "tcp"], {}, stderr=quiet, pass_fds=(writing,)
    ) as process:
        os.close(writing)
        number = await asyncio.to_thread(_line, reading)
        assert number, f"Xvfb ended with {process.returncode}"
        yield f":{number}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@asynccontextmanager
async def webkit(home: Path) -> AsyncIterator[Driven]:
    """Start WebKitGTK's small browser on a display of its own."""
    driver, port = program("WebKitWebDriver"), _free_port()
    async with _display() as display:
        environment = {**_SOFTWARE, "DISPLAY": display, "HOME": str(home)}
        command = (driver, f"--port={port}", "--host=127.0.0.1")
        async with (
            _running(command, environment, stderr=asyncio.subprocess.DEVNULL),
            ClientSession(f"http://127.0.0.1:{port}") as http,
            _session(http) as driven,
        ):
            yield driven


@asynccontextmanager
async def _session(http: ClientSession) -> AsyncIterator[Driven]:
    async def call(path: str, method: str = "POST", **parameters: Any) -> Any:
        patience = ClientTimeout(total=_PATIENCE_SECONDS)
        async with http.request(method, path, json=parameters, timeout=patience) as response:
            answer = await response.json()
            assert response.status == 200, answer
            return answer["value"]

    await _ready(http)
    wanted = {"alwaysMatch": {"webkitgtk:browserOptions": {"args": ["--automation"]}}}
    session = f"/session/{(await call('/session', capabilities=wanted))['sessionId']}"

    async def open_(url: str) -> None:
        await call(f"{session}/url", url=url)

    async def value(expression: str) -> Any:
        script = f"return JSON.stringify({expression})"
        text = await call(f"{session}/execute/sync", script=script, args=[])
        return None if text is None else json.loads(text)

    async def act(actions: Actions) -> None:
        await call(f"{session}/actions", actions=actions)

    try:
        yield Driven(open_, value, act)
    finally:
        await call(session, "DELETE")


async def _ready(http: ClientSession) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            with contextlib.suppress(ClientConnectionError):
                async with http.get("/status"):
                    return
            await asyncio.sleep(0.05)


BROWSERS: Final[Mapping[str, Callable[[Path], AbstractAsyncContextManager[Driven]]]] = {
    "firefox": firefox,
    "webkit": webkit,
}
