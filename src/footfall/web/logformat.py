"""How log lines look: for people, or one JSON object a line. What visitors sent cannot break out of its line."""

import json
import logging
import time
from typing import Final

_ESCAPES: Final = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if code != 0x0A
} | {0x2028: "\\u2028", 0x2029: "\\u2029"}


FOREIGN: Final = ("asyncio", "aiohttp")
"""Loggers of libraries that have something to say when a server is in trouble."""


class TextFormatter(logging.Formatter):
    """`2026-01-02T03:04:05Z INFO footfall.log: message`, control characters escaped."""

    converter = staticmethod(time.gmtime)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 # the base class's name
        """Return the line; a traceback that follows it keeps its lines."""
        return super().formatMessage(record).translate({**_ESCAPES, 0x0A: "\\n"})


class JsonFormatter(logging.Formatter):
    """One object a line: time, level, logger, message, and the traceback where there is one."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_stderr(as_json: bool, level: int = logging.INFO) -> None:
    """Send the log lines of Footfall to standard error, and the warnings of what it stands on in the same form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logger = logging.getLogger("footfall")
    logger.handlers = [handler]
    logger.setLevel(level)
    logger.propagate = False
    for name in FOREIGN:
        logging.getLogger(name).handlers = [handler]
