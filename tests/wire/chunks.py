"""Chunks and facts for tests, each field with a plain default."""

from collections.abc import Iterable
from typing import Any

from footfall.wire import codec, schema
from footfall.wire.schema import Click, Fact, Header, PageView, Pointer, Scroll

KEY = "test-project-key-0001"
T0 = 1_700_000_000_000


def ident(name: str) -> str:
    """Return an id of the pattern's length that begins with `name`."""
    return (name + "-" * 16)[: max(16, len(name))]


def header(facts: Iterable[Fact] = (), /, **changes: Any) -> Header:
    plain = Header(
        project=KEY,
        session=ident("session-a"),
        tab=ident("tab-a"),
        sequence=0,
        visitor=ident("visitor-a"),
        document=1,
        page_view=1,
        url="https://shop.example/",
        base_time=T0,
        sent_at=T0 + 5_000,
        flags=0,
        facts_encoding=schema.DEFLATE_RAW,
        facts=codec.deflate(codec.encode_facts(facts)),
        frames_encoding=schema.PLAIN,
        frames=b"",
    )
    return plain._replace(**changes)


def chunk(facts: Iterable[Fact] = (), /, **changes: Any) -> bytes:
    """Return the body of a chunk."""
    return codec.encode_chunk(header(facts, **changes))


def page_view(t: int = 0, **changes: Any) -> PageView:
    plain = PageView(
        t=t,
        number=1,
        url="https://shop.example/",
        referrer="",
        title="Shop",
        cause="load",
        width=1280,
        height=800,
        screen_width=1920,
        screen_height=1080,
        pixel_ratio=1.0,
        touch=False,
        document_width=1280,
        document_height=3000,
    )
    return plain._replace(**changes)


def click(t: int = 100, **changes: Any) -> Click:
    plain = Click(
        t=t,
        node=7,
        key="#buy",
        place_x=5_000,
        place_y=5_000,
        page_x=100,
        page_y=200,
        document_width=1280,
        document_height=3000,
        button=0,
        pointer="mouse",
        fixed=False,
        containers="",
        text="Buy",
    )
    return plain._replace(**changes)


def scroll(t: int, ys: tuple[int, ...], times: tuple[int, ...] | None = None) -> Scroll:
    """Return a scroll of the window; `ys` and `times` are differences, as on the wire."""
    return Scroll(
        t=t,
        node=0,
        key="",
        content_width=1280,
        content_height=3000,
        times=times or (0, *([100] * (len(ys) - 1))),
        xs=(0,) * len(ys),
        ys=ys,
    )


def pointer(t: int, times: tuple[int, ...]) -> Pointer:
    return Pointer(t=t, pointer="mouse", times=times, xs=(1,) * len(times), ys=(1,) * len(times))
