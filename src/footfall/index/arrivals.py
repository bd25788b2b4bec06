"""From entries of the log to what the fold adds."""

import logging

from footfall.errors import WireError
from footfall.index.fold import Arrival
from footfall.index.walk import read_record, reduce_reading
from footfall.log import Entry
from footfall.wire.reading import Reading

_log = logging.getLogger("footfall.index")


def read_batch(batch: list[Entry]) -> tuple[list[Arrival], int]:
    """Return what the entries add, and how many of them could not be read."""
    arrivals = []
    for position, record, companion in batch:
        try:
            if not isinstance(companion, Reading):  # it comes from the disk
                companion = read_record(record)
            part = reduce_reading(record, companion)
        except WireError as error:
            # Ingest has read it before it was stored, so this is a change of ours or a forged log.
            _log.warning("the chunk at %s cannot be read: %s", tuple(position), error)
            continue
        arrivals.append(Arrival(record.project, record.received_at, position, part))
    return arrivals, len(batch) - len(arrivals)
