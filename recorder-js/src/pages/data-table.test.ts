import assert from "node:assert/strict";
import { test } from "node:test";
import { type Column, columnOf, sorted } from "./data-table.ts";

interface Row {
  readonly name: string;
  readonly size: number | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: "size", title: "Size", hint: "", value: (row) => row.size, text: () => "" },
  { name: "length", title: "Length", hint: "", value: (row) => row.name.length, text: () => "" },
];
const ROWS: readonly Row[] = [
  { name: "aa", size: undefined },
  { name: "b", size: 2 },
  { name: "c", size: 9 },
  { name: "dd", size: 2 },
];

const names = (sort: string) => sorted(ROWS, COLUMNS, sort).map(({ name }) => name);

test("sorts the largest first, or the smallest; what is not known last, equals as they were", () => {
  assert.deepEqual(names("size"), ["c", "b", "dd", "aa"]);
  assert.deepEqual(names("-size"), ["b", "dd", "c", "aa"]);
  assert.deepEqual(names("-length"), ["b", "c", "aa", "dd"]);
});

test("an order that makes no sense changes nothing", () => {
  assert.deepEqual(names("colour"), ["aa", "b", "c", "dd"]);
  assert.equal(columnOf(COLUMNS, "-length").title, "Length");
  assert.equal(columnOf(COLUMNS, "colour").title, "Size");
});
