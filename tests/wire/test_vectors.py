"""Golden chunks: what Python writes is what it has always written, and it reads what both languages wrote."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgpack
import pytest

from footfall.wire import codec, schema
from footfall.wire.schema import FACT_KINDS, FRAME_OPS, NODE_TYPES, Fact, Header
from tests.browser.frames import Node, Op, read_frames

FOLDER = Path(__file__).parents[1] / "vectors"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
KINDS: dict[str, Any] = {kind.__name__: kind for kind in FACT_KINDS.values()}
_KIND_NUMBERS = {kind.__name__: number for number, kind in FACT_KINDS.items()}
LANGUAGES = ("python", "typescript")


def vector(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def facts(written: list[Any]) -> list[Fact]:
    made: list[Fact] = []
    for kind, *fields in written:
        if kind == "Asset":
            fields[2] = bytes.fromhex(fields[2])
        made.append(KINDS[kind](*(tuple(one) if isinstance(one, list) else one for one in fields)))
    return made


def facts_part(written: list[Any]) -> bytes:
    """Encode facts as they are written: older ones lack the fields that were appended since."""
    packed: list[Any] = []
    for kind, *fields in written:
        packed += [_KIND_NUMBERS[kind], len(fields)]
        packed += [
            bytes.fromhex(fields[2]) if kind == "Asset" and at == 2 else one
            for at, one in enumerate(fields)
        ]
    return b"".join(map(msgpack.packb, packed))


def scalars(value: Any) -> Iterator[Any]:
    """Flatten the JSON form of frames to the stream's values: names to numbers, lists to counts."""
    for op, *operands in value:
        yield FRAME_OPS[op]
        for operand in operands:
            if op in ("Keyframe", "Insert") and isinstance(operand, list):
                yield from nodes(operand, closed=op == "Insert")
            elif isinstance(operand, list):
                yield len(operand)
                yield from operand
            else:
                yield operand


def nodes(tokens: list[Any], *, closed: bool) -> Iterator[Any]:
    for kind, *operands in tokens:
        yield NODE_TYPES[kind]
        for operand in operands:
            if isinstance(operand, list):
                yield len(operand) // 2
                yield from operand
            else:
                yield operand
    if closed:
        yield NODE_TYPES["End"]


def frames(written: list[Any]) -> bytes:
    known: dict[str, int] = {}
    packed = []
    for value in scalars(written):
        if isinstance(value, str) and value in known:
            packed.append(known[value])
            continue
        if isinstance(value, str) and len(value.encode()) <= schema.MAX_INTERNED_BYTES:
            known[value] = len(known)
        packed.append(value)
    return b"".join(map(msgpack.packb, packed))


def write(name: str) -> bytes:
    golden = vector(name)
    parts: dict[str, Any] = {
        "facts_encoding": schema.PLAIN,
        "facts": facts_part(golden["facts"]),
        "frames_encoding": schema.PLAIN,
        "frames": frames(golden["frames"]),
    }
    header = Header(**golden["header"], **parts)
    if golden.get("checksum"):
        return codec.encode_chunk(header)
    packed: bytes = msgpack.packb([schema.MAGIC, schema.VERSION, *header])  # as it was before
    return packed


def tokens(node: Node) -> Iterator[list[Any]]:
    """Give a node back as the JSON form has it."""
    if node.known:
        yield ["Known", node.id]
    elif node.type in ("Element", "Svg", "MathMl"):
        yield [node.type, node.tag, [part for pair in node.attributes.items() for part in pair]]
    elif node.type == "Text":
        yield ["Text", node.text]
    elif node.type == "Doctype":
        yield ["Doctype", *node.text.split(" ")]
    elif node.type == "ShadowRoot":
        yield ["ShadowRoot", node.state["mode"]]
    else:
        yield [node.type]
    if node.type in ("Element", "Svg", "MathMl", "Document", "ShadowRoot", "Frame"):
        for child in ([node.root] if node.root else []) + node.children:
            yield from tokens(child)
        yield ["End"]


def as_json(op: Op) -> list[Any]:
    operands = [list(one) if isinstance(one, tuple) else one for one in op.operands]
    if op.name in ("Keyframe", "Insert"):
        operands.append([token for node in op.nodes for token in tokens(node)])
    return [op.name, *operands]


@pytest.mark.parametrize("name", NAMES)
def test_python_writes_what_it_always_wrote(name: str) -> None:
    assert write(name) == (FOLDER / f"{name}.python.chunk").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_python_reads_what_both_wrote(name: str, language: str) -> None:
    golden = vector(name)
    header = codec.decode_chunk((FOLDER / f"{name}.{language}.chunk").read_bytes())
    assert {field: getattr(header, field) for field in golden["header"]} == golden["header"]
    part = codec.inflate(header.facts, header.facts_encoding, schema.MAX_FACTS_BYTES)
    assert codec.decode_facts(part) == facts(golden["facts"])
    stream = codec.inflate(header.frames, header.frames_encoding, schema.MAX_PART_BYTES)
    assert [as_json(op) for op in read_frames(stream)] == golden["frames"]


if __name__ == "__main__":
    for each in NAMES:
        (FOLDER / f"{each}.python.chunk").write_bytes(write(each))
