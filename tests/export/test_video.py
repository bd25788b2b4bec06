"""A session as a video: which moments, what is said where it cannot be made, and a real film where it can."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import ConfigError
from footfall.export import video
from footfall.export.frames import LEAD_MS, frame_times
from footfall.web import video as web_video
from tests.export.recorded import SESSION, record_shop
from tests.web.conftest import SAME_ORIGIN, Site

_HAS_FFMPEG = shutil.which("ffmpeg") is not None


@given(
    st.floats(0, 60_000),
    st.lists(st.floats(0, 60_000), min_size=0, max_size=8, unique=True),
    st.booleans(),
)
def test_frames_are_even_and_leave_out_inactivity_alone(
    duration: float, edges: list[float], skip: bool
) -> None:
    edges = sorted(edges)[: len(edges) // 2 * 2]
    rests = list(zip(edges[::2], edges[1::2], strict=True))
    times = frame_times(duration, rests, 10, skip=skip)
    assert times[0] == 0
    assert times[-1] <= duration
    for time in times[1:]:
        inside = [(a, b) for a, b in rests if a + LEAD_MS < time < b - LEAD_MS]
        assert not (skip and inside)
    for before, after in pairwise(times):
        jumped = [b for _, b in rests if after == b - LEAD_MS]
        assert after - before == pytest.approx(100) or (skip and jumped and after > before)
    if not skip:
        assert (
            len(times) == int(duration // 100) + 1
            or duration % 100 < 0.01
            or duration % 100 > 99.99
        )


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTFALL_CHROMIUM", sys.executable)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(ConfigError, match=r"missing: ffmpeg\. The HTML file"):
        video.find_tools()


def test_a_video_has_one_of_two_endings() -> None:
    assert video.format_of("a.MP4") == "mp4"
    with pytest.raises(ConfigError, match=r"ends in \.webm or \.mp4"):
        video.format_of("a.avi")


def path(project: str) -> str:
    return f"/api/p/{project}/sessions/{SESSION}/video"


async def told(site: Site, url: str, status: int, **wish: object) -> dict[str, object]:
    async with site.client.post(url, json=wish, headers=SAME_ORIGIN) as answer:
        assert answer.status == status, await answer.text()
        value: dict[str, object] = await answer.json()
        return value


async def test_without_the_programs_it_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    project = await record_shop(site)
    monkeypatch.delenv("FOOTFALL_CHROMIUM", raising=False)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    refused = await told(site, path(project.id), 400, format="webm")
    assert "missing: Chromium, ffmpeg" in str(refused["message"])
    refused = await told(site, path(project.id), 400, format="gif")
    assert "Say which format" in str(refused["message"])
    assert (await site.json(path(project.id)))["state"] == "none"
    await site.text(path(project.id) + "/file", 404)


async def test_one_at_a_time_and_it_can_be_cancelled(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def film(*_: object, **__: object) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(web_video, "film", film)
    monkeypatch.setattr(web_video, "find_tools", lambda: None)
    project = await record_shop(site)
    assert (await told(site, path(project.id), 202, format="mp4"))["state"] == "running"
    await began.wait()
    assert (await told(site, path(project.id), 409, format="mp4"))["error"] == "busy"
    async with site.client.delete(path(project.id), headers=SAME_ORIGIN) as answer:
        assert (await answer.json())["state"] == "none"
    assert (await told(site, path(project.id), 202, format="webm"))["state"] == "running"


async def test_what_fails_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def film(*_: object, **__: object) -> None:
        raise ConfigError("No film today.")

    monkeypatch.setattr(web_video, "film", film)
    monkeypatch.setattr(web_video, "find_tools", lambda: None)
    project = await record_shop(site)
    await told(site, path(project.id), 202, format="webm")
    async with asyncio.timeout(10):
        while (job := await site.json(path(project.id)))["state"] == "running":  # noqa: ASYNC110 # the job is told of by its address alone
            await asyncio.sleep(0.02)
    assert job["message"] == "No film today."


async def test_a_film_of_a_session(site: Site, tmp_path: Path) -> None:
    """With ffmpeg a film, 10 pictures a second without the rests; without it, the reason."""
    await record_shop(site)
    out = tmp_path / "film.mp4"
    arguments = ["video", SESSION, "-o", str(out), "--storage", str(tmp_path / "storage")]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "footfall", *arguments, stdout=PIPE, stderr=PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 120)
    if not _HAS_FFMPEG:
        assert b"missing: ffmpeg" in said
        return
    assert process.returncode == 0, said.decode()
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", str(out)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    (stream,) = json.loads(done.stdout)["streams"]
    assert (stream["width"], stream["height"]) == (1280, 800)
    assert 10 <= int(stream["nb_read_frames"]) <= 100  # of 24 s, most of it without activity
    assert [name for name in os.listdir(tmp_path) if "film" in name] == ["film.mp4"]  # noqa: PTH208 # at once
