"""Bodies of chunks that are wrong, each in its own way."""

import gzip
import random
import zlib
from collections.abc import Iterator

import msgpack

from footfall.wire import codec, schema
from tests.wire.chunks import chunk, click, page_view, pointer

_GOOD = chunk([page_view(), click(), pointer(0, (0, 1, 2))], frames=bytes(range(256)) * 20)


def _array(*values: object) -> bytes:
    packed: bytes = msgpack.packb(list(values))
    return packed


def _facts(data: bytes, encoding: int = schema.DEFLATE_RAW) -> bytes:
    return chunk(facts=codec.deflate(data) if encoding else data, facts_encoding=encoding)


def _zeros(wbits: int, size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return packer.compress(bytes(size)) + packer.flush()


def named() -> dict[str, bytes]:
    """Return bodies by what is wrong with them; each must be refused with a 4xx."""
    lone = codec.encode_facts([click(text="zzz")]).replace(b"zzz", b"\xed\xa0\x80")
    wide = codec.encode_facts([click(page_x=2**63 - 1)])
    bombs = {
        "bomb raw deflate": _facts(bytes(60_000_000)),
        "bomb deflate in deflate": chunk(facts=codec.deflate(codec.deflate(bytes(60_000_000)))),
        "bomb zlib": chunk(facts=_zeros(15, 30_000_000)),
        "bomb gzip": chunk(facts=_zeros(31, 30_000_000)),
        "body gzip": gzip.compress(_GOOD),
        "values bomb": _facts(b"\x00" * 1_000_000),
        "empty arrays bomb": _facts(b"\x90" * 1_000_000),
        "empty strings bomb": _facts(b"\xa0" * 1_000_000),
        "nested declared lengths": _facts(b"\xdc\x13\x88" * 340_000),
        "half-deep arrays": _facts((b"\x91" * 500 + b"\x00") * 2_000),
    }
    depth = {
        "depth 10^5 plain": b"\x91" * 60_000,
        "depth 10^5 deflated": _facts(b"\x91" * 100_000),
        "depth of maps": b"\x81\xa1a" * 20_000,
        "depth in a fact": _facts(b"\x02\x01" + b"\x91" * 100_000),
    }
    lengths = {
        "array of 2^32-1": b"\xdd\xff\xff\xff\xff" + bytes(50),
        "map of 2^32-1": b"\xdf\xff\xff\xff\xff" + bytes(50),
        "str of 2^32-1": b"\x91\xdb\xff\xff\xff\xff" + bytes(50),
        "bin of 2^32-1": b"\x91\xc6\xff\xff\xff\xff" + bytes(50),
        "ext of 2^32-1": b"\xc9\xff\xff\xff\xff\x01" + bytes(50),
        "facts: array of 2^32-1": _facts(b"\x02\x01\xdd\xff\xff\xff\xff", 0),
        "facts: str of 2^32-1": _facts(b"\x02\x01\xdb\xff\xff\xff\xff", 0),
        "facts: bin of 2^32-1": _facts(b"\x0a\x01\xc6\xff\xff\xff\xff", 0),
        "field count of 2^64-1": _facts(b"\x02\xcf" + b"\xff" * 8, 0),
        "field count below 0": _facts(b"\x02\xff", 0),
        "column of 5001": _facts(codec.encode_facts([pointer(0, (0,) * 5_001)])),
        "timestamp extension": b"\x91\xd6\xff" + bytes(4),
        "facts: extension": _facts(b"\x02\x01\xd4\x01\x00", 0),
    }
    numbers = {
        "nan": chunk([page_view(pixel_ratio=float("nan"))]),
        "infinite": chunk([page_view(pixel_ratio=float("inf"))]),
        "minus infinite": chunk([page_view(pixel_ratio=float("-inf"))]),
        "2^53+1": chunk([click(page_x=2**53 + 1)]),
        "2^63-1": _facts(wide),
        "2^64-1": chunk([click(page_x=2**64 - 1)]),
        "-2^63": chunk([click(page_x=-(2**63))]),
        "float for int": _facts(msgpack.packb(2) + msgpack.packb(1) + msgpack.packb(1.5)),
        "place beyond its box": chunk([click(place_x=10_001)]),
        "t before the chunk": chunk([click(t=-1)]),
        "t in a year": chunk([click(t=366 * 86_400_000)]),
        "sequence -1": chunk(sequence=-1),
        "sequence 2^31": chunk(sequence=2**31),
        "time before 1970": chunk(base_time=-1),
        "time 2^60": chunk(sent_at=2**60),
        "bool for int": chunk(flags=True),
    }
    texts = {
        "lone surrogate in a fact": _facts(lone, 0),
        "lone surrogate in the url": chunk(url="zzz").replace(b"zzz", b"\xed\xbf\xbf"),
        "overlong utf-8": chunk(url="zz").replace(b"zz", b"\xc0\xaf"),
        "text of 4097": chunk([page_view(title="x" * 4_097)]),
        "text of 64 K": chunk([page_view(title="x" * 60_000)]),
    }
    ids = {
        f"id {number}": chunk(**{field: value})
        for field in ("project", "session", "tab", "visitor")
        for number, value in enumerate(
            [
                "../../../../etc/passwd", "..%2f..%2f..%2fetc%2fx", "/etc/passwd/0000000", "C:\\windows\\system32",
                "a" * 65, "a" * 15, "", "a" * 16 + "\n", "a" * 16 + "\0", "аааааааааааааааа", "a" * 16 + "/", "." * 16,
            ]
        )
    }  # fmt: skip
    shapes = {
        "empty": b"",
        "one byte": b"\x00",
        "nul bytes": bytes(1_000),
        "json": b'{"session": "x"}',
        "html": b"<!doctype html>" * 10,
        "another magic": _array("other", 1, 2),
        "no fields": _array("footfall", 1),
        "version 2": _array("footfall", 2, *range(15)),
        "version true": _array("footfall", True, *range(15)),
        "version 1.0": _array("footfall", 1.0, *range(15)),
        "fields of wrong types": _array("footfall", 1, *range(15)),
        "fields that are arrays": _array("footfall", 1, *([[]] * 15)),
        "something after it": _GOOD + b"\x00",
        "two chunks": _GOOD + _GOOD,
        "keys for strings": b"\x81" + msgpack.packb("footfall") + b"\x01",
        "deflate with a tail": chunk(facts=codec.deflate(b"") + b"x"),
        "deflate cut": chunk(facts=codec.deflate(codec.encode_facts([click()]))[:-2]),
        "not deflate": chunk(facts=b"\xff" * 100),
        "encoding 7": chunk(facts_encoding=7),
        "encoding of frames 2^40": chunk(frames_encoding=2**40),
        "unknown project": chunk(project="a-project-of-nobody"),
        "64 KB and one": _GOOD + bytes(65_537 - len(_GOOD)),
    }
    groups = (bombs, depth, lengths, numbers, texts, ids, shapes)
    return {name: body for group in groups for name, body in group.items()}


def random_damage(seed: int, count: int) -> Iterator[bytes]:
    """Yield a good chunk cut short or with bytes changed; what is left may still be a chunk."""
    dice = random.Random(seed)
    for _ in range(count):
        body = bytearray(_GOOD)
        if dice.random() < 0.4:
            del body[dice.randrange(len(body)) :]
        else:
            for _ in range(dice.choice([1, 1, 2, 8])):
                body[dice.randrange(len(body))] ^= dice.randrange(1, 256)
        yield bytes(body)
