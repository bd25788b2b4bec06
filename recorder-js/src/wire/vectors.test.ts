// Golden chunks (tests/vectors): what TypeScript writes is what it has always written, and it reads what both wrote.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { readChunk, readFacts } from "./read.ts";
import { type FrameOp, readFrames } from "./read-frames.ts";
import { sealChunk } from "./seal.ts";
import { DEFAULTS, FIELDS, Kind, MAGIC, NodeType, Op, PLAIN, SHAPES, VERSION } from "./wire.gen.ts";
import { createWriter, type Value, type Writer } from "./write.ts";

type Json = string | number | boolean | null | readonly Json[];

interface Vector {
  readonly header: Readonly<Record<string, string | number>>;
  readonly facts: readonly (readonly Json[])[];
  readonly frames: readonly (readonly Json[])[];
  /** Recorders of before wrote none. */
  readonly checksum?: boolean;
}

const folder = new URL("../../../tests/vectors/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -5));

function vector(name: string): Vector {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
}

function numberOf(table: Readonly<Record<string, number>>, name: Json | undefined): number {
  const number = table[String(name)];
  assert.notEqual(number, undefined, `${String(name)} is not in the schema`);
  return number ?? 0;
}

function nameOf(table: Readonly<Record<string, number>>, number: unknown): string {
  return Object.entries(table).find(([, known]) => known === number)?.[0] ?? "?";
}

function writeFacts(facts: Vector["facts"]): Uint8Array {
  const writer = createWriter();
  for (const [name, ...fields] of facts) {
    const kind = numberOf(Kind, name) as Kind;
    writer.int(kind);
    writer.int(fields.length);
    for (const [index, field] of fields.entries()) {
      if (SHAPES[kind].charAt(index) === "x") writer.bin(Buffer.from(String(field), "hex"));
      else writer.value(field as Value);
    }
  }
  return writer.take();
}

function writeScalar(writer: Writer, value: Json): void {
  if (typeof value === "string") writer.text(value);
  else if (typeof value === "number") writer.int(value);
  else if (typeof value === "boolean") writer.bool(value);
  else writer.nil();
}

function writeNodes(writer: Writer, tokens: readonly Json[]): void {
  for (const token of tokens) {
    const [kind, ...operands] = token as readonly Json[];
    writer.int(numberOf(NodeType, kind));
    for (const operand of operands) {
      if (!Array.isArray(operand)) writeScalar(writer, operand);
      else {
        writer.int(operand.length / 2);
        for (const part of operand) writeScalar(writer, part);
      }
    }
  }
}

function writeList(writer: Writer, list: readonly Json[]): void {
  writer.int(list.length);
  for (const part of list) writeScalar(writer, part);
}

function writeFrames(operations: Vector["frames"]): Uint8Array {
  const writer = createWriter();
  for (const [op, ...operands] of operations) {
    const hasNodes = op === "Keyframe" || op === "Insert";
    writer.int(numberOf(Op, op));
    for (const operand of operands) {
      if (!Array.isArray(operand)) writeScalar(writer, operand);
      else if (hasNodes) writeNodes(writer, operand);
      else writeList(writer, operand);
    }
    if (op === "Insert") writer.int(NodeType.End);
  }
  return writer.take();
}

function write(name: string): Uint8Array {
  const { header, facts, frames, checksum } = vector(name);
  const fields = [...Object.values(header), PLAIN, writeFacts(facts), PLAIN];
  if (checksum) return sealChunk(fields, writeFrames(frames));
  const writer = createWriter();
  writer.value([MAGIC, VERSION, ...fields, writeFrames(frames)]);
  return writer.take();
}

/** What a reader makes of a fact that lacks the fields which were appended since. */
function withDefaults([name, ...fields]: readonly Json[]): readonly Json[] {
  const kind = numberOf(Kind, name) as Kind;
  const missing = SHAPES[kind].length - fields.length;
  const appended = missing > 0 ? (DEFAULTS[kind] ?? []).slice(-missing) : [];
  return [name ?? "", ...fields, ...appended];
}

/** An operation as the JSON form has it: the order of its properties is the order of its operands. */
function asJson(operation: FrameOp): Json[] {
  if (operation.op === Op.Modal || operation.op === Op.Popover) {
    return [nameOf(Op, operation.op), operation.id, Number(operation.open)];
  }
  if (operation.op === Op.SvgTime) {
    return ["SvgTime", operation.id, operation.current, Number(operation.paused)];
  }
  const [op, ...operands] = Object.values(operation);
  return [
    nameOf(Op, op),
    ...operands.map((operand) => (isNodes(operand) ? tokens(operand) : (operand ?? null))),
  ];
}

function isNodes(operand: unknown): operand is object[] {
  return Array.isArray(operand) && typeof operand[0] === "object";
}

function tokens(nodes: readonly object[]): Json[] {
  return nodes.map((node) => {
    const [kind, ...operands] = Object.values(node);
    return [nameOf(NodeType, kind), ...operands];
  });
}

if (process.argv.includes("--write")) {
  for (const name of names) writeFileSync(new URL(`${name}.typescript.chunk`, folder), write(name));
}

for (const name of names) {
  test(`${name}: TypeScript writes what it always wrote`, () => {
    const kept = readFileSync(new URL(`${name}.typescript.chunk`, folder));
    assert.deepEqual(Buffer.from(write(name)), kept);
  });
  for (const language of ["python", "typescript"]) {
    test(`${name}: TypeScript reads what ${language} wrote`, () => {
      const golden = vector(name);
      const header = readChunk(readFileSync(new URL(`${name}.${language}.chunk`, folder)));
      assert.ok(Array.isArray(header), JSON.stringify(header));
      assert.deepEqual(header.slice(0, 11), Object.values(golden.header));
      const facts = readFacts(header[12]);
      assert.equal(facts.damage, undefined);
      const read = facts.items.map(({ kind, fields }) => [
        nameOf(Kind, kind),
        ...fields.map((field) =>
          field instanceof Uint8Array ? Buffer.from(field).toString("hex") : field,
        ),
      ]);
      assert.deepEqual(read, golden.facts.map(withDefaults));
      assert.ok(facts.items.every(({ kind, fields }) => fields.length === FIELDS[kind].length));
      const frames = readFrames(header[14]);
      assert.equal(frames.damage, undefined);
      assert.deepEqual(frames.items.map(asJson), golden.frames);
    });
  }
}
