"""What is wrong with a log folder, for `footfall doctor`: reads all of it, changes nothing, needs no lock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from footfall.errors import StorageError
from footfall.log.format import HEADER_BYTES, Damage
from footfall.log.reader import whole_records
from footfall.log.segments import SegmentFile, list_segments, opened, path_of


@dataclass(frozen=True)
class Health:
    """What a folder holds, and what of it cannot be read."""

    segments: int = 0
    records: int = 0
    without_footer: int = 0
    """Segments that must be scanned to find a session; the newest is always one until it is closed."""
    unfinished_bytes: int = 0
    """At the end of the newest segment: being written just now, or left by a crash and cut at the next start."""
    damages: tuple[Damage, ...] = ()


def check_folder(folder: Path) -> Health:
    """Read every record of a folder, which a server may be using. Blocking. Raises StorageError."""
    try:
        numbers = list_segments(folder)
    except OSError as error:
        raise StorageError(f"{folder} cannot be read: {error.strerror}.") from error
    health = Health()
    for number in numbers:
        if path_of(folder, number).exists():  # else it was dropped meanwhile
            health = _add(health, _check(folder, number, is_newest=number == numbers[-1]))
    return health


def _check(folder: Path, segment: int, *, is_newest: bool) -> Health:
    records, unfinished, damages = 0, 0, []
    with opened(folder, segment) as file:
        trailer = file.trailer()
        end = trailer.records_end if trailer is not None else file.size
        for found in whole_records(file, segment, HEADER_BYTES, end):
            if not isinstance(found, Damage):
                records += 1
            elif is_newest and trailer is None and found.offset + found.length == file.size:
                unfinished = found.length
            else:
                damages.append(found)
        damages += _of_footer(file, segment)
    return Health(1, records, int(trailer is None), unfinished, tuple(damages))


def _of_footer(file: SegmentFile, segment: int) -> Iterator[Damage]:
    trailer = file.trailer()
    if trailer is not None and file.table(trailer) is None:
        yield Damage(trailer.records_end, file.size - trailer.records_end, segment, "footer")


def _add(one: Health, other: Health) -> Health:
    return replace(
        one,
        segments=one.segments + other.segments,
        records=one.records + other.records,
        without_footer=one.without_footer + other.without_footer,
        unfinished_bytes=one.unfinished_bytes + other.unfinished_bytes,
        damages=one.damages + other.damages,
    )
