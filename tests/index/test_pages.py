"""Pages, devices and active time: small pure functions against plain statements."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.index import activity, device_of, page_of


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://shop.example", "/"),
        ("https://shop.example/", "/"),
        ("https://shop.example?q=1", "/"),
        ("https://shop.example#top", "/"),
        ("https://shop.example/product/17", "/product/:id"),
        ("https://shop.example/product/17/", "/product/:id"),
        ("https://shop.example/product/arc-lamp?x=1#y", "/product/arc-lamp"),
        ("https://x/o/3f2504e0-4f89-11d3-9a0c-0305e82c3301/edit", "/o/:id/edit"),
        ("https://x/c/9fceb02d0ae598e95dc970b74767f193", "/c/:id"),
        ("https://x/deadbeefdead", "/deadbeefdead"),
        ("https://x/t/Zk3n9s8Fh2LqP0xYb7Rt", "/t/:id"),
        ("https://x/a-very-long-and-readable-title-2024", "/a-very-long-and-readable-title-2024"),
        ("https://x/internationalisation", "/internationalisation"),
        ("/relative/5", "/relative/:id"),
        ("", "/"),
        ("http://[", "/"),
        ("https://x//a", "/a"),
        ("https://x/a\n\x00b", "/ab"),
    ],
)
def test_pages(url: str, page: str) -> None:
    assert page_of(url) == page


@given(st.text(max_size=300))
def test_any_text_has_a_page(url: str) -> None:
    page = page_of(url)
    assert page.startswith("/")
    assert len(page) <= 512
    assert "?" not in page
    assert "#" not in page


def test_a_page_of_a_page_is_itself() -> None:
    for url in ("https://x/product/17", "https://x/a/b/", "https://x"):
        assert page_of(page_of(url)) == page_of(url)


@pytest.mark.parametrize(
    ("width", "device"),
    [
        (0, "unknown"), (1, "mobile"), (480, "mobile"), (481, "tablet"), (1024, "tablet"),
        (1025, "desktop"), (10**9, "desktop"),
    ],
)  # fmt: skip
def test_devices(width: int, device: str) -> None:
    assert device_of(width) == device


_TIMES = st.lists(st.integers(0, 200_000), max_size=30)


@given(_TIMES)
def test_active_time_is_the_sum_of_capped_gaps(times: list[int]) -> None:
    expected = sum(min(b - a, 10_000) for a, b in pairwise(sorted(times)))
    assert activity.active_ms(activity.spans(times)) == expected


@given(_TIMES, _TIMES)
def test_spans_of_parts_merge_to_the_spans_of_the_whole(a: list[int], b: list[int]) -> None:
    assert activity.merge([*activity.spans(a), *activity.spans(b)]) == activity.spans([*a, *b])


@given(_TIMES)
def test_spans_are_packed_and_unpacked(times: list[int]) -> None:
    spans = activity.spans(times)
    assert activity.unpack(activity.pack(spans)) == spans
