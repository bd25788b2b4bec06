"""A small reader of frames, written from docs/wire-format.md alone: what a recorder sent, as operations and as a tree.

It is strict: whatever a player would have to guess at (an unknown id, an anchor that is no sibling) is an error here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgpack

from footfall.wire.schema import FRAME_OPS, MAX_INTERNED_BYTES, NODE_TYPES

OP: Final = {number: name for name, number in FRAME_OPS.items()}
TYPE: Final = {number: name for name, number in NODE_TYPES.items()}
ELEMENTS: Final = ("Element", "Svg", "MathMl")


@dataclass(eq=False)
class Node:
    """A node of the rebuilt tree. `root` is a shadow root or the document of a frame."""

    id: int
    type: str
    tag: str = ""
    text: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node]" = field(default_factory=list)
    root: "Node | None" = None
    parent: "Node | None" = None
    known: bool = False  # stands for the node with this id, detached in this batch
    state: dict[str, Any] = field(default_factory=dict)


@dataclass
class Op:
    """One operation; `nodes` in their order, `id`s not yet given (they are 0)."""

    name: str
    operands: tuple[Any, ...]
    nodes: tuple[Node, ...] = ()


class _Reader:
    def __init__(self, data: bytes) -> None:
        unpacker = msgpack.Unpacker(strict_map_key=False)
        unpacker.feed(data)
        self.values: Iterator[Any] = iter(unpacker)
        self.strings: list[str] = []

    def number(self) -> int:
        value = next(self.values)
        assert type(value) is int, value
        return value

    def truth(self) -> bool:
        value = next(self.values)
        assert type(value) is bool, value
        return value

    def text(self, value: Any = None) -> str:
        value = next(self.values) if value is None else value
        if type(value) is int:
            return self.strings[value]
        assert type(value) is str, value
        if len(value.encode()) <= MAX_INTERNED_BYTES:
            self.strings.append(value)
        return value

    def optional_text(self) -> str | None:
        value = next(self.values)
        return None if value is None else self.text(value)

    def texts(self) -> tuple[str, ...]:
        return tuple(self.text() for _ in range(self.number()))

    def numbers(self) -> tuple[int, ...]:
        return tuple(self.number() for _ in range(self.number()))

    def nodes(self) -> tuple[Node, ...]:
        """Read nodes up to the End that closes their list."""
        lists: list[list[Node]] = [[]]
        open_nodes: list[Node] = []
        while True:
            kind = TYPE[self.number()]
            if kind == "End":
                done = lists.pop()
                if not lists:
                    return tuple(done)
                owner = open_nodes.pop()
                owner.children = [node for node in done if node.type not in ("ShadowRoot", "Frame")]
                roots = [node for node in done if node.type in ("ShadowRoot", "Frame")]
                assert len(roots) <= 1
                owner.root = roots[0] if roots else None
                continue
            node = self.node(kind)
            lists[-1].append(node)
            if kind in (*ELEMENTS, "Document", "ShadowRoot", "Frame"):
                open_nodes.append(node)
                lists.append([])

    def node(self, kind: str) -> Node:
        if kind in ELEMENTS:
            tag = self.text()
            count = self.number()
            attributes = {self.text(): self.text() for _ in range(count)}
            return Node(0, kind, tag=tag, attributes=attributes)
        if kind == "Text":
            return Node(0, kind, text=self.text())
        if kind == "Doctype":
            return Node(0, kind, text=" ".join((self.text(), self.text(), self.text())))
        if kind == "ShadowRoot":
            return Node(0, kind, state={"mode": self.number()})
        if kind == "Known":
            return Node(self.number(), kind, known=True)
        return Node(0, kind)

    def document(self) -> Node:
        assert TYPE[self.number()] == "Document"
        document = Node(0, "Document")
        document.children = list(self.nodes())
        return document


def read_frames(data: bytes) -> list[Op]:
    """Return the operations of an inflated frames part."""
    reader = _Reader(data)
    ops: list[Op] = []
    for number in reader.values:
        name = OP[number]
        r = reader
        match name:
            case "Keyframe":
                operands = (r.number(), r.number(), r.number(), r.truth(), r.text())
                ops.append(Op(name, operands, (r.document(),)))
            case "Insert":
                ops.append(Op(name, (r.number(), r.number()), r.nodes()))
            case _:
                ops.append(Op(name, _OPERANDS[name](reader)))
    return ops


_OPERANDS: Final[dict[str, Callable[[_Reader], tuple[Any, ...]]]] = {
    "KeyframeEnd": lambda r: (),
    "Time": lambda r: (r.number(),),
    "Remove": lambda r: (r.numbers(),),
    "Attribute": lambda r: (r.number(), r.text(), r.optional_text()),
    "Text": lambda r: (r.number(), r.text()),
    "TextPatch": lambda r: (r.number(), r.number(), r.number(), r.text()),
    "Value": lambda r: (r.number(), r.text()),
    "Checked": lambda r: (r.number(), r.number()),
    "Selected": lambda r: (r.number(), r.numbers()),
    "Adopted": lambda r: (r.number(), r.texts()),
    "Css": lambda r: (r.number(), r.text()),
    "ScrollTo": lambda r: (r.number(), r.number(), r.number()),
    "Modal": lambda r: (r.number(), r.number()),
    "Numbers": lambda r: (r.number(), r.text(), r.text(), r.numbers(), r.numbers()),
    "NumbersBy": lambda r: (r.number(), r.numbers()),
    "Mark": lambda r: (r.number(), r.number()),
    "Environment": lambda r: (r.numbers(),),
    "Selection": lambda r: (r.number(), r.number(), r.number(), r.number()),
    "Popover": lambda r: (r.number(), r.number()),
    "Media": lambda r: (r.number(), r.numbers()),
    "Rules": lambda r: (r.number(), r.number(), r.number(), r.texts()),
    "Adopt": lambda r: (r.number(), r.numbers()),
    "SheetMedia": lambda r: (r.number(), r.text()),
    "Animate": lambda r: (r.number(), r.text(), r.text(), r.text(), r.texts(), r.numbers()),
    "Motion": lambda r: (r.number(), r.text(), r.text(), r.number(), r.number(), r.number()),
    "SvgTime": lambda r: (r.number(), r.number(), r.number()),
    "Digest": lambda r: (r.number(), r.number(), r.numbers()),
}


def _decimal(value: int, scale: int) -> str:
    """Return value × 10^-scale as JavaScript writes it."""
    digits = str(abs(value)).rjust(scale + 1, "0")
    whole, fraction = digits[: len(digits) - scale], digits[len(digits) - scale :].rstrip("0")
    return ("-" if value < 0 else "") + whole + (f".{fraction}" if fraction else "")


class Tree:
    """The page that the operations build."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.document: Node | None = None
        self.whole = False
        self.next_id = 1
        self.detached: dict[int, Node] = {}
        self.numbers: dict[int, tuple[str, str, tuple[int, ...], tuple[int, ...]]] = {}
        self.marks: dict[int, int] = {}
        self.environment: tuple[int, ...] = ()
        self.selection: tuple[int, ...] = ()
        self.rules: dict[int, list[str]] = {}
        """By the id of a style element, or the negative number of a constructed sheet."""

    def apply(self, ops: list[Op]) -> None:
        """Apply the operations of one chunk; a batch never spans two."""
        for op in ops:
            getattr(self, f"_{op.name.lower()}")(op)
        self._end_batch()

    def _end_batch(self) -> None:
        for node in self.detached.values():
            self._forget(node)
        self.detached = {}

    def _forget(self, node: Node) -> None:
        waiting = [node]
        while waiting:
            node = waiting.pop()
            del self.nodes[node.id]
            waiting += node.children
            if node.root:
                waiting.append(node.root)

    def _keyframe(self, op: Op) -> None:
        self.nodes, self.detached, self.next_id, self.whole = {}, {}, 1, False
        self.marks, self.selection = {}, ()
        self.rules = {}
        self.document = op.nodes[0]
        self._give_ids(self.document, None)

    def _keyframeend(self, op: Op) -> None:
        self.whole = True

    def _digest(self, op: Op) -> None:
        """It tells of the page, and changes nothing."""

    def _time(self, op: Op) -> None:
        self._end_batch()

    def _give_ids(self, top: Node, parent: Node | None) -> None:
        waiting = [(top, parent)]
        while waiting:
            node, above = waiting.pop()
            if node.known:
                raise AssertionError("Known nodes are replaced before ids are given")
            node.id, node.parent = self.next_id, above
            self.next_id += 1
            self.nodes[node.id] = node
            for index, child in enumerate(node.children):
                if child.known:
                    node.children[index] = self.detached.pop(child.id)
                    node.children[index].parent = node
            known = self.nodes
            inner = [child for child in node.children if known.get(child.id) is not child]
            waiting += [(child, node) for child in reversed(inner)]
            if node.root:
                waiting.append((node.root, node))

    def _remove(self, op: Op) -> None:
        for id_ in op.operands[0]:
            node = self.nodes[id_]
            assert node.parent is not None
            if node.parent.root is node:
                node.parent.root = None
            else:
                node.parent.children.remove(node)
            node.parent = None
            self.detached[id_] = node

    def _insert(self, op: Op) -> None:
        parent = self.nodes[op.operands[0]]
        after = op.operands[1]
        at = 0 if after == 0 else parent.children.index(self.nodes[after]) + 1
        for node in op.nodes:
            if node.known:
                placed = self.detached.pop(node.id)
                placed.parent = parent
            else:
                placed = node
                self._give_ids(node, parent)
            if placed.type in ("ShadowRoot", "Frame"):
                assert parent.root is None
                parent.root = placed
            else:
                parent.children.insert(at, placed)
                at += 1

    def _attribute(self, op: Op) -> None:
        id_, name, value = op.operands
        if value is None:
            self.nodes[id_].attributes.pop(name, None)
        else:
            self.nodes[id_].attributes[name] = value

    def _numbers(self, op: Op) -> None:
        number, name, words, scales, values = op.operands
        self.numbers[number] = (name, words, scales, values)
        self._write_numbers(number)

    def _numbersby(self, op: Op) -> None:
        number, moves = op.operands
        name, words, scales, values = self.numbers[number]
        moved = tuple(value + by for value, by in zip(values, moves, strict=True))
        self.numbers[number] = (name, words, scales, moved)
        self._write_numbers(number)

    def _write_numbers(self, number: int) -> None:
        name, words, scales, values = self.numbers[number]
        texts = iter(_decimal(value, scale) for value, scale in zip(values, scales, strict=True))
        first, *others = words.split("\0")
        self.nodes[number].attributes[name] = first + "".join(next(texts) + one for one in others)

    def _text(self, op: Op) -> None:
        node = self.nodes[op.operands[0]]
        assert node.type == "Text"
        node.text = op.operands[1]

    def _textpatch(self, op: Op) -> None:
        id_, start, deleted, text = op.operands
        units = self.nodes[id_].text.encode("utf-16-le", "surrogatepass")
        new = units[: start * 2] + text.encode("utf-16-le") + units[(start + deleted) * 2 :]
        self.nodes[id_].text = new.decode("utf-16-le")

    def _state(self, op: Op) -> None:
        id_, *operands = op.operands
        if id_:
            self.nodes[id_].state[op.name] = operands if len(operands) > 1 else operands[0]

    def _rules(self, op: Op) -> None:
        owner, start, deleted, texts = op.operands
        assert owner <= 0 or self.nodes[owner].tag in ("style", "link")
        rules = [] if deleted < 0 else self.rules[owner]
        assert start + max(deleted, 0) <= len(rules)
        rules[start : start + max(deleted, 0)] = texts
        self.rules[owner] = rules

    def _adopt(self, op: Op) -> None:
        assert all(-number in self.rules for number in op.operands[1])
        self.nodes[op.operands[0]].state["Adopt"] = op.operands[1]

    def _sheetmedia(self, op: Op) -> None:
        assert op.operands[0] in self.rules or op.operands[0] in self.nodes

    def _motion(self, op: Op) -> None:
        assert op.operands[0] in self.nodes

    _animate = _svgtime = _motion

    _value = _checked = _selected = _adopted = _css = _scrollto = _modal = _state
    _popover = _media = _state

    def _mark(self, op: Op) -> None:
        mark, id_ = op.operands
        assert id_ == 0 or id_ in self.nodes
        self.marks[mark] = id_

    def _environment(self, op: Op) -> None:
        self.environment = op.operands[0]

    def _selection(self, op: Op) -> None:
        self.selection = op.operands

    def find(self, tag: str, **attributes: str) -> Node:
        """Return the one element with this tag and these attributes, wherever it is."""
        found = [
            node
            for node in self.nodes.values()
            if node.tag == tag and attributes.items() <= node.attributes.items()
        ]
        assert len(found) == 1, (tag, attributes, len(found))
        return found[0]


def outline(node: Node) -> Any:
    """Return a nested list that `OUTLINE` makes of the live page too."""
    if node.type in ("Text", "Comment", "Doctype"):
        return [node.type, node.text if node.type == "Text" else ""]
    kept = sorted([k, v] for k, v in node.attributes.items() if k != "ff-undefined")
    root = outline(node.root) if node.root else None
    return [node.tag or node.type, kept, root, [outline(child) for child in node.children]]


# The same of a live document; only attributes that are recorded as they are may occur in it.
OUTLINE: Final = """() => {
  const closed = window.closedRoots ?? new WeakMap();
  const outline = (node, type) => {
    if (node.nodeType === 3) return ["Text", node.nodeValue];
    if (node.nodeType === 8) return ["Comment", ""];
    if (node.nodeType === 10) return ["Doctype", ""];
    const isElement = node.nodeType === 1;
    const empty = isElement && /^(script|iframe|textarea)$/.test(node.localName);
    const kept = isElement
      ? node.getAttributeNames().filter((name) => !/^(src|srcdoc|data-project)$/.test(name))
          .sort().map((name) => [name, node.getAttribute(name)])
      : [];
    const shadow = isElement && (node.shadowRoot ?? closed.get(node));
    const frame = isElement && node.localName === "iframe" && node.contentDocument;
    const root = shadow ? outline(shadow, "ShadowRoot") : frame ? outline(frame, "Frame") : null;
    const children = empty ? [] : Array.from(node.childNodes, (child) => outline(child));
    return [isElement ? node.localName : type, kept, root, children];
  };
  return outline(document, "Document");
}"""
