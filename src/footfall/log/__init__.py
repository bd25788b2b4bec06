"""The segment log: the truth, append-only, durable before it is acknowledged. storage/README.md has the bytes."""

from footfall.log.footer import session_key
from footfall.log.format import START, Damage, Position, Record, digest
from footfall.log.health import Health, check_folder
from footfall.log.log import Log
from footfall.log.reader import Reader, SegmentInfo, describe
from footfall.log.rewrite import RecordInfo, Rewritten
from footfall.log.tail import Companion, Entry
from footfall.log.writer import Overloaded

__all__ = [
    "START",
    "Companion",
    "Damage",
    "Entry",
    "Health",
    "Log",
    "Overloaded",
    "Position",
    "Reader",
    "Record",
    "RecordInfo",
    "Rewritten",
    "SegmentInfo",
    "check_folder",
    "describe",
    "digest",
    "session_key",
]
