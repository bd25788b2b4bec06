"""Chunks: bytes to values and back.

Whatever bytes come in, a function here returns a checked value or raises WireError; any other exception is a
bug in this file. Memory is bounded before anything is built: the body by the caller, each inflated part by a
limit, each declared length by msgpack's own limits (maps and extension types are refused outright), what they add up
to by flat.py.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgpack

from footfall.errors import WireError
from footfall.wire import schema
from footfall.wire.flat import check_flat
from footfall.wire.schema import FACT_KINDS, Asset, Click, Fact, Header, Pointer, Scroll

_T = TypeVar("_T", bound=tuple[Any, ...])

_ID = re.compile(schema.ID_PATTERN)
_FOUR_IDS = re.compile(" ".join([schema.ID_PATTERN.strip("^$")] * 4))
_MAX_INT: Final = 2**53
CHECKSUM: Final = struct.Struct(">BI")
_UINT32: Final = 0xCE
_NIL: Final = b"\xc0"
_CHECKSUM_AT: Final = 2 + len(Header._fields)
_KIND_NUMBERS: Final = {kind: number for number, kind in FACT_KINDS.items()}


def encode_chunk(header: Header) -> bytes:
    """Return the body of a request that delivers `header` and its parts."""
    packer = msgpack.Packer(autoreset=False)
    packer.pack_array_header(_CHECKSUM_AT + 1)
    for value in (schema.MAGIC, schema.VERSION, *header):
        packer.pack(value)
    packed: bytes = packer.bytes()
    checked = packed[: len(packed) - len(header.frames)]
    return packed + checksum(checked)


def checksum(checked: bytes | memoryview) -> bytes:
    """Return the end of a chunk: the CRC-32 of all before it but the frames."""
    return CHECKSUM.pack(_UINT32, zlib.crc32(checked))


def decode_chunk(body: bytes) -> Header:
    """Return the header of a chunk, its parts still compressed.

    Raises WireError: `not_a_chunk`, `version`, `checksum`, `bad_header`, `bad_id`, `too_large`.
    """
    if len(body) > schema.MAX_CHUNK_BYTES:
        raise WireError("too_large", f"A chunk holds at most {schema.MAX_CHUNK_BYTES} bytes.", 413)
    try:
        values = msgpack.unpackb(
            body, max_array_len=64, max_map_len=0, max_ext_len=0, max_str_len=schema.MAX_STRING
        )
    except Exception as error:
        raise WireError(
            "not_a_chunk", "The body is not a msgpack array, or is cut short."
        ) from error
    if not isinstance(values, list) or len(values) < 2 or values[0] != schema.MAGIC:
        raise WireError("not_a_chunk", "The body is not a Footfall chunk.")
    if values[1] != schema.VERSION or type(values[1]) is not int:
        raise WireError("version", f"This server reads chunks of version {schema.VERSION}.")
    header = _header(values[2:_CHECKSUM_AT])
    if len(values) > _CHECKSUM_AT:
        _check_sum(body, header, values)
    project, session, tab, sequence, visitor, document, page_view, _, base, sent, flags, *_ = header
    if not _FOUR_IDS.fullmatch(f"{project} {session} {tab} {visitor}"):
        raise WireError("bad_id", _bad_id(header))
    if not 0 <= sequence | document | page_view | flags < 2**31:  # none below 0, none as large
        raise WireError("bad_header", "A number is out of range.")
    if base < 0 or sent < 0:
        raise WireError("bad_header", "A time is before 1970.")
    return header


def _check_sum(body: bytes, header: Header, values: list[Any]) -> None:
    """Refuse a chunk that is not as it was sent; its frames are looked at by the player alone."""
    end = len(body) - CHECKSUM.size
    right = checksum(memoryview(body)[: end - len(header.frames)])
    if len(values) != _CHECKSUM_AT + 1 or body[end:] != right:
        raise WireError("checksum", "The chunk is not as it was sent: its checksum is another.")


def _bad_id(header: Header) -> str:
    ids = {name: getattr(header, name) for name in ("project", "session", "tab", "visitor")}
    wrong = [name for name, value in ids.items() if not _ID.fullmatch(value)]
    return f"{wrong[0]} must match {schema.ID_PATTERN}."


def _header(values: list[Any]) -> Header:
    if list(map(type, values)) == _TYPES[Header]:  # its texts are within the unpacker's limit
        header = Header._make(values)
        # Of integers, so that one too large or below 0 makes all so; then each is looked at.
        if 0 <= header[8] | header[9] | header[11] | header[13] < _MAX_INT:
            return header
    return _build(Header, values, "bad_header")


def inflate(part: bytes, encoding: int, limit: int) -> bytes:
    """Return a part's bytes, at most `limit` of them.

    Raises WireError: `encoding`, `bad_deflate`, `too_large`.
    """
    if encoding == schema.PLAIN:
        if len(part) > limit:
            raise WireError("too_large", f"A part holds at most {limit} bytes.", 413)
        return part
    if encoding != schema.DEFLATE_RAW:
        raise WireError("encoding", f"Encoding {encoding} is not known.")
    inflater = zlib.decompressobj(wbits=-15)
    try:
        data = inflater.decompress(part, limit)
    except zlib.error as error:
        raise WireError("bad_deflate", "A part is not a deflate stream.") from error
    if inflater.unconsumed_tail or (len(data) == limit and not inflater.eof):
        raise WireError("too_large", f"A part inflates to more than {limit} bytes.", 413)
    if not inflater.eof or inflater.unused_data:
        raise WireError("bad_deflate", "A part is cut short, or something follows it.")
    return data


def deflate(data: bytes) -> bytes:
    """Return `data` as a raw deflate stream, as the recorder's CompressionStream makes it."""
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


def encode_facts(facts: Iterable[Fact]) -> bytes:
    """Return the facts part, not yet compressed: for each fact its kind, its number of fields, its fields."""
    pack = msgpack.Packer().pack
    values: list[bytes] = []
    for fact in facts:
        values += (pack(_KIND_NUMBERS[type(fact)]), pack(len(fact)))
        values += (pack(field) for field in fact)
    return b"".join(values)


def decode_facts(data: bytes) -> list[Fact]:
    """Return the facts of an inflated facts part in their order; kinds this reader does not know are left out.

    Raises WireError: `bad_facts`, `bad_number`, `too_many`, `too_large`.
    """
    values = _values(data)
    types = list(map(type, values))
    is_narrow = len(data) <= schema.MAX_STRING and _is_narrow(data, values, types)
    facts: list[Fact] = []
    at, end = 0, len(values)
    while at < end:
        fact: Fact | None = None
        agree: Callable[[Any], None] | None = None
        shape = _SHAPES.get((values[at], values[at + 1] if at + 1 < end else None))
        if shape is not None:
            kind, size, kinds, columns, agree, rest = shape
            # One comparison for kind, count and types, as nearly all are; what falls short of it is looked at closely.
            if types[at : at + size] == kinds:
                row = values[at + 2 : at + size]
                if (is_narrow or all(map(_is_right, row))) and (
                    not columns or _are_columns(columns, row)
                ):
                    fact = _new(kind, row + rest if rest else row)
                    at += size
        if fact is None:
            fact, agree, at = _looked_at(values, types, at)
            if fact is None:
                continue
        if not 0 <= fact.t < _MAX_T:
            raise WireError("bad_number", f"{type(fact).__name__}.t is out of range.")
        if agree is not None:
            agree(fact)
        facts.append(fact)
    return facts


def _looked_at(
    values: list[Any], types: list[type], at: int
) -> tuple[Fact | None, Callable[[Any], None] | None, int]:
    """Return the fact at a place, each field checked, what else must hold of it, and the place after it.

    None: of a kind this reader does not know. Raises WireError.
    """
    if types[at : at + 2] != _TWO_INTS or not 0 <= values[at + 1] <= len(values) - at - 2:
        raise WireError("bad_facts", "A fact must be its kind, its field count and its fields.")
    after = at + 2 + values[at + 1]
    kind, agree = _KINDS.get(values[at], (None, None))
    if kind is None:
        return None, None, after
    return _build(kind, values[at + 2 : after], "bad_facts"), agree, after


def _is_narrow(data: bytes, values: list[Any], types: list[type]) -> bool:
    """Tell whether no integer in facts lies beyond what may be; a False may be too strict, a True never wrong.

    msgpack puts 0xcf or 0xd3 before each 64-bit integer. Where neither byte is in the data but in hashes, as in most
    chunks, a fact whose fields have the right types is right, and its values need not be looked at.
    """
    marks = data.count(b"\xcf") + data.count(b"\xd3")
    if not marks or marks == _marks_in_bytes(values, types):
        return True
    whole = [value for value, kind in zip(values, types, strict=True) if kind is int]
    try:
        if tuple in types:
            for value, kind in zip(values, types, strict=True):
                if kind is tuple:
                    whole += (min(value), max(value))
        return not whole or (min(whole) >= -_MAX_INT and max(whole) <= _MAX_INT)
    except (TypeError, ValueError):  # no column of integers
        return False


def _marks_in_bytes(values: list[Any], types: list[type]) -> int:
    """Return how many of the bytes that 64-bit integers begin with stand inside of hashes, where they mean nothing."""
    marks, at = 0, -1
    for _ in range(types.count(bytes)):
        at = types.index(bytes, at + 1)
        marks += values[at].count(b"\xcf") + values[at].count(b"\xd3")
    return marks


def _are_columns(columns: list[int], row: list[Any]) -> bool:
    """Tell whether these fields of a fact are columns of integers; none is empty."""
    for at in columns:
        column = row[at]
        if not column or list(map(type, column)).count(int) != len(column):
            return False
    return True


def _is_right(value: Any) -> bool:
    """Tell whether a field of the right type is within the limits; what stands in a column may be anything yet."""
    kind = type(value)
    if kind is int:
        return bool(-_MAX_INT <= value <= _MAX_INT)
    if kind is tuple:
        return _is_column(value)
    return kind is not str or len(value) <= schema.MAX_STRING


def _values(data: bytes) -> list[Any]:
    if len(data) > schema.MAX_FACTS_BYTES:
        raise WireError("too_large", f"Facts hold at most {schema.MAX_FACTS_BYTES} bytes.", 413)
    check_flat(data)
    unpacker = msgpack.Unpacker(
        max_buffer_size=schema.MAX_FACTS_BYTES + len(_NIL),
        max_array_len=schema.MAX_POINTS,
        max_map_len=0,
        max_ext_len=0,
        max_str_len=schema.MAX_STRING * 4,  # bytes; characters are counted below
        max_bin_len=64,
        use_list=False,
        # An empty map is no value of any field, and cannot be looked up.
        object_hook=lambda _: None,
    )
    try:
        unpacker.feed(data)
        values = list(islice(unpacker, schema.MAX_VALUES + 1))
        # `tell` counts an array that is not whole as read; a nil that follows would go into it.
        unpacker.feed(_NIL)
        end = list(unpacker) if len(values) <= schema.MAX_VALUES else [None]
    except Exception as error:
        raise WireError("bad_facts", "The facts are not msgpack within the limits.") from error
    if len(values) > schema.MAX_VALUES:
        raise WireError("too_many", f"A chunk holds at most {schema.MAX_VALUES} values.")
    if end != [None]:
        raise WireError("bad_facts", "The facts are cut short.")
    return values


def _is_int(value: Any) -> bool:
    return type(value) is int and -_MAX_INT <= value <= _MAX_INT


def _is_float(value: Any) -> bool:
    return _is_int(value) or (type(value) is float and isfinite(value))


def _is_text(value: Any) -> bool:
    return type(value) is str and len(value) <= schema.MAX_STRING


def _is_column(value: Any) -> bool:
    return (
        type(value) is tuple
        and set(map(type, value)) == {int}
        and min(value) >= -_MAX_INT
        and max(value) <= _MAX_INT
    )


_CHECKS: Final[dict[Any, Callable[[Any], bool]]] = {
    int: _is_int,
    float: _is_float,
    str: _is_text,
    bytes: lambda value: type(value) is bytes,
    bool: lambda value: type(value) is bool,
    tuple: _is_column,
}


def _fields(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    hints = get_type_hints(kind)
    return tuple((name, _CHECKS[get_origin(hint) or hint]) for name, hint in hints.items())


def _types(kind: type[Any]) -> list[type]:
    """Return the types of the fields as most recorders send them: all there, whole numbers for floats."""
    hints = (get_origin(hint) or hint for hint in get_type_hints(kind).values())
    return [int if hint is float else hint for hint in hints]


_FIELDS: Final = {kind: _fields(kind) for kind in (Header, *get_args(Fact))}
_REQUIRED: Final = {kind: len(names) - len(kind._field_defaults) for kind, names in _FIELDS.items()}
_TYPES: Final = {kind: _types(kind) for kind in (Header, *get_args(Fact))}
_COLUMNS: Final = {
    kind: [at for at, one in enumerate(types) if one is tuple] for kind, types in _TYPES.items()
}


def _build(kind: type[_T], values: Sequence[Any], code: str) -> _T:
    """Build a schema tuple from wire values: each field checked, appended ones defaulted, unknown ones dropped."""
    if len(values) < _REQUIRED[kind]:
        raise WireError(code, f"{kind.__name__} has at least {_REQUIRED[kind]} fields.")
    for (name, check), value in zip(_FIELDS[kind], values, strict=False):
        if not check(value):
            raise WireError(code, f"{kind.__name__}.{name} is not what it must be.")
    return kind(*values[: len(_FIELDS[kind])])


def _check_columns(fact: Pointer | Scroll) -> None:
    if not len(fact.times) == len(fact.xs) == len(fact.ys):
        raise WireError("bad_facts", "Columns of one fact must have one length.")


def _check_place(fact: Click) -> None:
    if not (0 <= fact.place_x <= 10_000 and 0 <= fact.place_y <= 10_000):
        raise WireError("bad_number", "A place in a box is 0..10000.")


def _check_hash(fact: Asset) -> None:
    if len(fact.sha256) not in (0, 32):
        raise WireError("bad_facts", "A SHA-256 has 32 bytes.")


_AGREE: Final[dict[type[Fact], Callable[[Any], None]]] = {
    Pointer: _check_columns,
    Scroll: _check_columns,
    Click: _check_place,
    Asset: _check_hash,
}

_TWO_INTS: Final = [int, int]
_KINDS: Final = {number: (kind, _AGREE.get(kind)) for number, kind in FACT_KINDS.items()}


def _shapes() -> Iterator[tuple[tuple[int, int], tuple[Any, ...]]]:
    """Yield how facts may come, by the kind's number and the count of fields: older recorders lack the last ones.

    The fact, how many values it takes, their types, which fields are columns, what else must hold, and the defaults.
    """
    for number, kind in FACT_KINDS.items():
        for count in range(_REQUIRED[kind], len(_TYPES[kind]) + 1):
            rest = [kind._field_defaults[name] for name in kind._fields[count:]]
            columns = [at for at in _COLUMNS[kind] if at < count]
            types = _TWO_INTS + _TYPES[kind][:count]
            yield (number, count), (kind, 2 + count, types, columns, _AGREE.get(kind), rest)


_SHAPES: Final[dict[Any, tuple[Any, ...]]] = dict(_shapes())
_new: Final[Any] = tuple.__new__
_MAX_T: Final = schema.SESSION_MAX_MS * 2
