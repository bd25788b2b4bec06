"""Derives the TypeScript side of the schema.

python -m footfall.wire.typescript PATH   writes it
python -m footfall.wire.typescript -      prints it
"""

import json
import sys
from pathlib import Path
from typing import Any, Final, get_args, get_origin, get_type_hints

from footfall.wire import schema

_TYPES: Final = {
    int: "number",
    float: "number",
    str: "string",
    bytes: "Uint8Array",
    bool: "boolean",
}
_LETTERS: Final = {int: "n", float: "n", str: "s", bytes: "x", bool: "b"}


def generate() -> str:
    """Return the whole of wire.gen.ts."""
    lines = [
        "// Generated from src/footfall/wire/schema.py by footfall.wire.typescript. Do not edit.",
        "",
    ]
    for name, value in vars(schema).items():
        if name.isupper() and isinstance(value, int | str):
            lines.append(f"export const {name} = {_literal(value)};")
    lines += ["", *_table("Op", schema.FRAME_OPS), "", *_table("NodeType", schema.NODE_TYPES), ""]
    kinds = {kind.__name__: number for number, kind in schema.FACT_KINDS.items()}
    lines += [*_table("Kind", kinds), "", *_tuple(schema.Header, "Header")]
    for kind in schema.FACT_KINDS.values():
        lines += ["", *_tuple(kind, kind.__name__ + "Fact")]
    lines += ["", "export type FactFields = {"]
    lines += [f"  [Kind.{name}]: {name}Fact;" for name in kinds]
    lines += ["};", "", "export const FIELDS = {"]
    for number, kind in schema.FACT_KINDS.items():
        names = ", ".join(f'"{_camel(field)}"' for field in kind._fields)
        lines.append(f"  {number}: [{names}],")
    lines += ["} as const;", "", *_shapes()]
    return "\n".join([*lines, ""])


def _shapes() -> list[str]:
    """One letter a field, for readers that check: n number, s string, b boolean, x bytes, a array of numbers."""
    lines = ["// One letter a field: n number, s string, b boolean, x bytes, a array of numbers."]
    lines += [f'export const HEADER_SHAPE = "{_shape(schema.Header)}";']
    lines += ["export const SHAPES: Readonly<Record<Kind, string>> = {"]
    lines += [f'  {number}: "{_shape(kind)}",' for number, kind in schema.FACT_KINDS.items()]
    lines += ["};", "// What older recorders leave out at the end of a fact."]
    lines += [
        "export const DEFAULTS: Readonly<Partial<Record<Kind, readonly (string | number | boolean)[]>>> = {"
    ]
    for number, kind in schema.FACT_KINDS.items():
        if kind._field_defaults:
            lines.append(f"  {number}: {json.dumps(list(kind._field_defaults.values()))},")
    return [*lines, "};"]


def _shape(kind: type[Any]) -> str:
    hints = get_type_hints(kind).values()
    return "".join("a" if get_origin(hint) is tuple else _LETTERS[hint] for hint in hints)


def _literal(value: int | str) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _table(name: str, numbers: dict[str, int]) -> list[str]:
    rows = [f"  {key}: {number}," for key, number in numbers.items()]
    values = f"(typeof {name})[keyof typeof {name}]"
    return [f"export const {name} = {{", *rows, "} as const;", f"export type {name} = {values};"]


def _tuple(kind: type[Any], name: str) -> list[str]:
    rows = []
    for field, hint in get_type_hints(kind).items():
        inner = get_args(hint)
        written = f"readonly {_TYPES[inner[0]]}[]" if get_origin(hint) is tuple else _TYPES[hint]
        rows.append(f"  {_camel(field)}: {written},")
    return [f"export type {name} = readonly [", *rows, "];"]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def main(target: str) -> None:
    """Write the file, or print it for "-"."""
    if target == "-":
        sys.stdout.write(generate())
    else:
        Path(target).write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
