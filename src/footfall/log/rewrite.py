"""Erasing records from a closed segment: the file is written anew beside it and takes its place all at once.

What is kept stays where it was, byte for byte, and gaps stand where the erased was (holes, on file systems that
have them). So no position changes: the index, its cursor and whoever reads just now need not follow, and there is
no moment at which log and index could disagree. Whatever interrupts it leaves the old file or the new one.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from footfall.errors import StorageError
from footfall.log import files
from footfall.log.footer import Contents, pack_footer
from footfall.log.format import HEADER_BYTES, Damage, Position, Record, pack_gap, pack_header
from footfall.log.reader import whole_records
from footfall.log.segments import REWRITTEN, SegmentFile, opened, path_of

_COPY_BYTES: Final = 4 * 1024 * 1024

_log = logging.getLogger("footfall.log")


class RecordInfo(NamedTuple):
    """What decides whether a record is kept."""

    position: Position
    record: Record


Keep = Callable[[RecordInfo], bool]


@dataclass(frozen=True)
class Rewritten:
    """What a rewriting came to. All 0 but `kept`: there was nothing to do, and the file is as it was."""

    kept: int = 0
    erased: int = 0
    damaged_bytes: int = 0
    """Stretches that could not be read; they do not survive a rewriting, as nobody can say whose they were."""


@dataclass
class _Plan:
    """Which stretches of a segment stay."""

    runs: list[tuple[int, int]] = field(default_factory=list)  # (begin, end), in order, apart
    contents: Contents = field(default_factory=Contents)
    kept: int = 0
    erased: int = 0
    damaged_bytes: int = 0

    def add(self, found: tuple[Position, Record] | Damage, keep: Keep) -> None:
        if isinstance(found, Damage):
            self.damaged_bytes += found.length
            return
        position, record = found
        if not keep(RecordInfo(position, record)):
            self.erased += 1
            return
        self.kept += 1
        self.contents.add(record, position.offset, position.length)
        begin, end = position.offset, position.end.offset
        if self.runs and self.runs[-1][1] == begin:
            begin = self.runs.pop()[0]
        self.runs.append((begin, end))


def rewrite_segment(
    folder: Path, segment: int, end: int, keep: Keep, *, may_drop: bool
) -> Rewritten:
    """Erase the records of a closed segment that `keep` refuses; return when they are off the disk. Blocking.

    `end` is where its records end. A segment of which nothing is left is removed if it `may_drop`. One without a
    whole footer gets one. Raises StorageError; it is safe, and needed, to try again then.
    """
    path = path_of(folder, segment)
    with opened(folder, segment) as file:
        if file.salt is None:
            raise StorageError(
                f"{path} cannot be rewritten: both copies of its header are damaged."
            )
        plan = _Plan()
        for found in whole_records(file, segment, HEADER_BYTES, end):
            plan.add(found, keep)
        done = Rewritten(plan.kept, plan.erased, plan.damaged_bytes)
        trailer = file.trailer()
        is_whole = trailer is not None and file.table(trailer) is not None
        drops = may_drop and not plan.kept
        if not drops and not plan.erased and not plan.damaged_bytes and is_whole:
            return done
        try:
            if drops:
                files.remove(path)
            else:
                _replace(file, path, plan, end)
            files.sync_folder(folder)
        except OSError as error:
            raise StorageError(f"{path} cannot be rewritten: {error.strerror}.") from error
    _log.info("segment %d rewritten: %d kept, %d erased", segment, done.kept, done.erased)
    return done


def _replace(file: SegmentFile, path: Path, plan: _Plan, end: int) -> None:
    beside = path.with_suffix(REWRITTEN)
    files.remove(beside)  # of an earlier try
    fd = files.create(beside)
    try:
        _write(file, fd, plan, end)
        files.sync(fd)
        files.replace(beside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            files.remove(beside)
        raise
    finally:
        files.close(fd)


def _write(file: SegmentFile, fd: int, plan: _Plan, end: int) -> None:
    salt, at = file.salt or b"", HEADER_BYTES
    files.write_all(fd, pack_header(salt))
    for begin, run_end in [*plan.runs, (end, end)]:
        if at < begin:
            files.write_all(fd, pack_gap(begin - at, salt, at))
            files.move_to(fd, begin)
        for offset in range(begin, run_end, _COPY_BYTES):
            files.write_all(fd, files.read_at(file.fd, min(_COPY_BYTES, run_end - offset), offset))
        at = run_end
    files.write_all(fd, pack_footer(plan.contents, salt, end))
