"""The segment log: the truth, append-only, durable before it is acknowledged. storage/README.md has the bytes."""

from footfall.log.format import START, Damage, Position, Record, digest
from footfall.log.log import Log
from footfall.log.tail import Companion, Entry
from footfall.log.writer import Overloaded

__all__ = [
    "START",
    "Companion",
    "Damage",
    "Entry",
    "Log",
    "Overloaded",
    "Position",
    "Record",
    "digest",
]
