import assert from "node:assert/strict";
import { test } from "node:test";
import { nameText, propertiesText } from "./named.ts";
import { BALANCED, OPEN, STRICT } from "./privacy.ts";

test("properties are flat, plain and masked as texts are", () => {
  const given = {
    plan: "pro",
    seats: 3,
    card: 4242424242424242,
    mail: "ann@example.org",
    gift: true,
    none: null,
    left: undefined,
    odd: Number.NaN,
    deep: { a: 1 } as unknown as string,
  };
  assert.deepEqual(JSON.parse(propertiesText(given, BALANCED)), {
    plan: "pro",
    seats: 3,
    card: "0000000000000000",
    mail: "xxx@xxxxxxx.xxx",
    gift: true,
    none: null,
  });
  assert.deepEqual(JSON.parse(propertiesText({ plan: "pro", seats: 3 }, STRICT)), {
    plan: "xxx",
    seats: "0",
  });
  assert.equal(propertiesText(undefined, OPEN), "{}");
});

test("properties have bounds, and stay JSON within them", () => {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`n${i}`, i]));
  assert.equal(Object.keys(JSON.parse(propertiesText(many, OPEN))).length, 50);
  const long = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, '"'.repeat(900)]));
  const text = propertiesText(long, OPEN);
  assert.ok(text.length <= 4000);
  const values: unknown[] = Object.values(JSON.parse(text));
  assert.ok(values.length >= 3 && values.every((value) => value === '"'.repeat(500)));
});

test("ids stay as they are, e-mail addresses do not", () => {
  assert.equal(nameText("12345678", STRICT), "12345678");
  assert.equal(nameText("ann@example.org", STRICT), "xxx@xxxxxxx.xxx");
  assert.equal(nameText("ann@example.org", OPEN), "ann@example.org");
  assert.equal(nameText(undefined, OPEN), "");
  assert.equal(nameText("x".repeat(999), OPEN).length, 200);
});
