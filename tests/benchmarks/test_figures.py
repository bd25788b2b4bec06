"""What the recorder's benchmark makes of a trace and of a profile."""

from typing import Any, Final

from benchmarks.recorder.profile import self_times
from benchmarks.recorder.sink import page_html, site_html, word
from benchmarks.recorder.trace import longest_task
from benchmarks.recorder.where import where

SCRIPT: Final = "/scripts/footfall"
URL: Final = "http://127.0.0.1:1/scripts/footfall.js"


def event(name: str, ts: int, cpu: int, tid: int = 1, **args: object) -> dict[str, Any]:
    """An event of `cpu` µs that took twice as long by the clock."""
    return {
        "name": name,
        "ph": "X",
        "pid": 9,
        "tid": tid,
        "ts": ts,
        "dur": 2 * cpu,
        "tdur": cpu,
        "args": args,
    }


MARK: Final = event("footfall-benchmark", 1000, 0)


def test_the_longest_task_is_one_of_the_marked_thread_after_the_mark() -> None:
    tasks = [
        event("RunTask", 10, 900_000),
        event("RunTask", 2_000, 3_000),
        event("RunTask", 9_000, 7_500),
        event("RunTask", 9_000, 80_000, tid=2),
        event("Layout", 9_000, 50_000),
    ]
    assert longest_task([*tasks, MARK]) == 7.5
    assert longest_task([MARK]) == 0
    assert longest_task(tasks) == 0


def test_a_task_without_cpu_time_counts_by_the_clock() -> None:
    task = {**event("RunTask", 2_000, 0), "dur": 4_000}
    assert longest_task([MARK, task]) == 4


def test_each_moment_counts_once_for_the_innermost_kind() -> None:
    found = where(
        [
            MARK,
            event(
                "ThreadControllerImpl::RunTask",
                2_000,
                10_000,
                src_func="DOMTimer",
                src_file="core/dom_timer.cc",
            ),
            event("TimerFire", 3_000, 8_000),
            event("FunctionCall", 4_000, 6_000, data={"url": URL}),
            event("MinorGC", 5_000, 1_000),
            event("FunctionCall", 40_000, 2_000, data={"url": "http://127.0.0.1:1/app.js"}),
        ],
        SCRIPT,
    )
    assert dict(found.kinds) == {
        "other": 4,
        "recorder's script": 5,
        "garbage collection": 1,
        "page's script": 2,
    }
    assert dict(found.causes) == {
        ("recorder's script", "TimerFire"): 5,
        ("other", "DOMTimer (dom_timer.cc)"): 4,
    }


def test_self_times_are_those_of_the_script_and_of_what_the_browser_does_for_it() -> None:
    def node(number: int, name: str, url: str, *children: int) -> dict[str, Any]:
        frame = {"functionName": name, "url": url, "lineNumber": 4}
        return {"id": number, "callFrame": frame, "children": list(children)}

    profile = {
        "nodes": [
            node(1, "(root)", "", 2, 4),
            node(2, "fold", URL, 3),
            node(3, "(garbage collector)", ""),
            node(4, "render", "http://127.0.0.1:1/app.js", 5),
            node(5, "", URL),
        ],
        # The last stretch had no CPU: it counts as the longest that can be.
        "samples": [2] * 10 + [3] * 5 + [4] * 50 + [1] * 50 + [5] * 3,
        "timeDeltas": [200] * 115 + [1_000, 1_000, 999_999],
    }
    assert self_times(profile, SCRIPT) == {
        "fold:5": 2,
        "fold:5 > (garbage collector)": 1,
        "(anonymous):5": 3,
    }


def test_a_published_page_gets_the_recorders_and_its_packages_from_here() -> None:
    html = (
        b'<!doctype html><head lang="en"><script src="https://cdn.example.net/npm/bootstrap@5.2.3/a.js">'
        b'</script><script src="https://use.example.com/releases/v6.3.0/js/all.js"></script></head>'
    )
    served = site_html(html)
    assert b'<head lang="en"><script src="/pages/contestants.js">' in served
    assert b'src="/npm/bootstrap/a.js"' in served
    assert b'src="/npm/@fortawesome/fontawesome-free/js/all.js"' in served
    assert b"https:" not in served


def test_generated_pages_are_the_same_at_every_call() -> None:
    assert page_html(1_000) == page_html(1_000)
    assert len({word(state) for state in range(500)}) == 500
