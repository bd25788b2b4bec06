"""Every error Footfall raises on purpose, in one tree.

FootfallError
├── ConfigError      a setting that cannot work; the message says what to do
├── WireError        a chunk or an asset that its sender got wrong (carries code and HTTP status)
├── StorageError     the disk said no; the message says which file
│   └── CorruptError a stored record that does not match its checksum
└── NotFoundError    something asked for is not there

`WireError` is the sender's fault and becomes a 4xx at the edge; anything else that reaches the edge
is ours and becomes a 5xx. No other exception may leave `wire`, whatever bytes it is given.
"""


class FootfallError(Exception):
    """The root of the tree; its text is fit to be shown to a person."""


class ConfigError(FootfallError):
    """A setting that cannot work."""


class WireError(FootfallError):
    """A sender's mistake: `code` is a short stable word, `status` the HTTP status that fits."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class StorageError(FootfallError):
    """A file operation failed."""


class CorruptError(StorageError):
    """A stored record does not match its checksum."""


class NotFoundError(FootfallError):
    """What was asked for is not there."""
