"""Frames by hand, written from docs/wire-format.md: what the player's tests feed it, honest or hostile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from footfall.wire import codec, schema
from footfall.wire.schema import FRAME_OPS, NODE_TYPES, Fact, Header

BASE_TIME: Final = 1_700_000_000_000
PROJECT: Final = "project-0000000000"
SESSION: Final = "session-0000000000"
TAB: Final = "tab-00000000000000"


@dataclass
class Node:
    """A node to write. `kind` is a name of NODE_TYPES."""

    kind: str
    operands: tuple[Any, ...] = ()
    children: Sequence["Node | str"] | None = None  # None: this kind has none


def el(
    tag: str,
    attributes: Mapping[str, str] | None = None,
    *children: Node | str,
    kind: str = "Element",
) -> Node:
    return Node(kind, (tag, attributes or {}), children)


def svg(tag: str, attributes: Mapping[str, str] | None = None, *children: Node | str) -> Node:
    return el(tag, attributes, *children, kind="Svg")


def shadow(*children: Node | str, mode: int = 0) -> Node:
    return Node("ShadowRoot", (mode,), children)


def frame(*children: Node | str) -> Node:
    return Node("Frame", (), children)


def doctype() -> Node:
    return Node("Doctype", ("html", "", ""))


def document(*children: Node | str) -> Node:
    return Node("Document", (), children)


def page(*body: Node | str, head: Sequence[Node | str] = ()) -> Node:
    """A whole document. Ids: 1 document, 2 doctype, 3 html, 4 head, its nodes, then body."""
    return document(doctype(), el("html", {}, el("head", {}, *head), el("body", {}, *body)))


@dataclass
class Frames:
    """The frames part of one chunk; strings are interned as the format asks."""

    parts: list[bytes] = field(default_factory=list)
    strings: dict[str, int] = field(default_factory=dict)

    def raw(self, value: Any) -> "Frames":
        self.parts.append(msgpack.packb(value))
        return self

    def text(self, value: str) -> "Frames":
        known = self.strings.get(value)
        if known is not None:
            return self.raw(known)
        if len(value.encode()) <= schema.MAX_INTERNED_BYTES:
            self.strings[value] = len(self.strings)
        return self.raw(value)

    def op(self, name: str, *operands: Any) -> "Frames":
        self.raw(FRAME_OPS[name])
        for operand in operands:
            self.operand(operand)
        return self

    def operand(self, operand: Any) -> None:
        if isinstance(operand, str):
            self.text(operand)
        elif isinstance(operand, list):
            self.raw(len(operand))
            for item in operand:
                self.operand(item)
        else:
            self.raw(operand)

    def nodes(self, *nodes: Node | str) -> "Frames":
        """Write nodes without recursion: hostile trees are deep."""
        todo: list[Node | str | None] = list(reversed(nodes))
        while todo:
            node = todo.pop()
            if node is None:
                self.raw(NODE_TYPES["End"])
            elif isinstance(node, str):
                self.raw(NODE_TYPES["Text"]).text(node)
            else:
                self.raw(NODE_TYPES[node.kind])
                for operand in node.operands:
                    self.mapping(operand) if isinstance(operand, dict) else self.operand(operand)
                if node.children is not None:
                    todo += (None, *reversed(node.children))
        return self

    def mapping(self, attributes: Mapping[str, str]) -> None:
        self.raw(len(attributes))
        for name, value in attributes.items():
            self.text(name).text(value)

    def keyframe(
        self, t: int, root: Node, *, quirks: bool = False, size: tuple[int, int] = (800, 600)
    ) -> "Frames":
        self.op("Keyframe", t, *size, quirks, "http://shop.example/").nodes(root)
        return self

    def insert(self, parent: int, after: int, *nodes: Node | str) -> "Frames":
        return self.op("Insert", parent, after).nodes(*nodes).raw(NODE_TYPES["End"])

    def end(self) -> "Frames":
        return self.op("KeyframeEnd")

    def bytes(self) -> bytes:
        return b"".join(self.parts)


def known(node_id: int) -> Node:
    return Node("Known", (node_id,))


def chunk(
    sequence: int,
    frames: bytes = b"",
    facts: Sequence[Fact] = (),
    *,
    flags: int = 0,
    number: int = 1,
    at: int = 0,
    tab: str = TAB,
) -> bytes:
    """Return a chunk's body; `at` is its base time in ms after BASE_TIME, `number` its document's."""
    header = Header(
        PROJECT, SESSION, tab, sequence, "visitor-0000000000", number, 1, "http://shop.example/",
        BASE_TIME + at, BASE_TIME + at, flags,
        schema.DEFLATE_RAW, codec.deflate(codec.encode_facts(facts)),
        schema.DEFLATE_RAW, codec.deflate(frames),
    )  # fmt: skip
    return codec.encode_chunk(header)
