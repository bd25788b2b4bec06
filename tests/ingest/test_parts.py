"""The small parts of ingest: agents, tokens, rates, log lines."""

import asyncio
import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.errors import StorageError
from footfall.ingest.agent import coarse_agent, country_code
from footfall.ingest.rate import Buckets, Rate
from footfall.ingest.receipts import Receipts, SessionReceipts
from footfall.ingest.token import is_valid, sign
from footfall.log import START
from footfall.web.logformat import FOREIGN, JsonFormatter, TextFormatter, log_to_stderr

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("header", "agent"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} Chrome/156.0.0.0 Safari/537.36", "Chrome 156 · Linux"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {_WEBKIT} HeadlessChrome/156.0.1 Safari/537.36", "Chrome 156 · Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {_WEBKIT} Chrome/150.0 Safari/537.36 Edg/150.0.1", "Edge 150 · Windows"),
        ("Mozilla/5.0 (Linux; Android 10) SamsungBrowser/29.0 Chrome/136.0 Mobile", "Samsung Internet 29 · Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/140.0 Safari/537.36 OPR/120.0", "Opera 120 · ChromeOS"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox 140 · macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari 18 · iOS",
        ),
        ("curl/8.5.0", "Other · Other"),
        ("", "Other · Other"),
    ],
)  # fmt: skip
def test_agents_are_coarse(header: str, agent: str) -> None:
    assert coarse_agent(header) == agent


@given(st.text(max_size=2_000))
def test_any_header_has_a_short_agent(header: str) -> None:
    agent = coarse_agent(header)
    assert len(agent) < 50
    assert " · " in agent
    assert agent.isprintable()


def test_a_token_is_of_one_session_of_one_project_by_one_secret() -> None:
    token = sign(b"secret", "p", "session")
    assert len(token) == 32
    assert is_valid(token, b"secret", "p", "session")
    for secret, project, session in (
        (b"other", "p", "session"), (b"secret", "q", "session"), (b"secret", "p", "sessiom"),
    ):  # fmt: skip
        assert not is_valid(token, secret, project, session)
    for wrong in ("", token + "x", token.lower() + "é", "\udc80"):
        assert not is_valid(wrong, b"secret", "p", "session")


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    buckets = Buckets(Rate(per_second=0.5, burst=2), lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]
    assert buckets.take("b") == 0
    now[0] = 2.0
    assert [buckets.take("a") for _ in range(2)] == [0, 2]
    now[0] = 1_000.0
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 2]


def _line(message: str, **extra: object) -> logging.LogRecord:
    return logging.LogRecord("footfall.x", logging.INFO, "", 1, message, (), None, **extra)  # type: ignore[arg-type] # only func, sinfo


@given(st.text(max_size=100))
def test_no_message_breaks_out_of_its_line(message: str) -> None:
    for formatter in (TextFormatter(), JsonFormatter()):
        assert len(formatter.format(_line(message)).splitlines()) == 1
    assert json.loads(JsonFormatter().format(_line(message)))["message"] == message


def test_a_traceback_is_kept() -> None:
    record = _line("failed")
    try:
        raise ValueError("why")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert "ValueError: why" in json.loads(JsonFormatter().format(record))["traceback"]
    assert "ValueError: why" in TextFormatter().format(record)


def test_log_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("footfall")
    before = (logger.handlers, logger.level, logger.propagate)
    foreign = {name: logging.getLogger(name).handlers for name in FOREIGN}
    try:
        log_to_stderr(as_json=True)
        logger.getChild("x").warning("a %s", "word")
        log_to_stderr(as_json=False)
        logger.getChild("x").info("another")
        logging.getLogger("asyncio").warning("accept\nfailed")
    finally:
        logger.handlers, logger.level, logger.propagate = before
        for name, handlers in foreign.items():
            logging.getLogger(name).handlers = handlers
    first, second, third = capsys.readouterr().err.splitlines()
    assert json.loads(first)["message"] == "a word"
    assert second.endswith("INFO footfall.x: another")
    assert third.endswith("WARNING asyncio: accept\\nfailed")


async def test_receipts_asked_for_at_once_are_loaded_together_and_once() -> None:
    asked: list[str] = []

    def load(_: str, session: str) -> dict[tuple[str, int], bytes]:
        asked.append(session)
        if session == "broken":
            raise StorageError("cannot be read")
        return {("tab", 1): session.encode()}

    receipts = Receipts(load, lambda: START)
    names = ["a", "b", "a", "broken", "a"]
    found = await asyncio.gather(
        *(receipts.of("p", name) for name in names), return_exceptions=True
    )
    assert sorted(asked) == ["a", "b", "broken"]
    assert isinstance(found[3], StorageError)
    assert found[0] is found[2] is found[4]
    assert isinstance(found[1], SessionReceipts)
    assert (len(found[1].digests), found[1].digests.get(("tab", 1))) == (1, b"b")
    assert receipts.known("p", "broken") is None


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("", ""),
        ("XX", ""),
        ("T1", ""),
        ("DEU", ""),
        ("D·", ""),
        ("DE" * 9_999, ""),
    ],
)
def test_a_country_is_two_letters_or_none(written: str, code: str) -> None:
    assert country_code(written) == code
    assert coarse_agent("", code) == ("Other · Other · DE" if code else "Other · Other")
