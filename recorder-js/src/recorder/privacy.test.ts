import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BALANCED,
  FIELD,
  isSecret,
  maskCss,
  maskInside,
  maskText,
  maskValue,
  NAMED,
  OPEN,
  STRICT,
} from "./privacy.ts";

test("balanced masks e-mail addresses and long runs of digits, and nothing else", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["Write to Ann.Lee+x@mail.example.org!", "Write to Xxx.Xxx+x@xxxx.xxxxxxx.xxx!"],
    ["jörg@büro.de", "xxxx@xxxx.xx"],
    ["Call +49 (170) 123-4567", "Call +00 (000) 000-0000"],
    ["4242 4242 4242 4242", "0000 0000 0000 0000"],
    ["IBAN DE12 3456 7890", "IBAN DE00 0000 0000"],
    ["Order 12345 of 2024", "Order 12345 of 2024"],
    ["9,99 € in 3 sizes @ home", "9,99 € in 3 sizes @ home"],
    ["@handle", "@handle"],
  ];
  for (const [text, masked] of cases) assert.equal(maskText(text, BALANCED), masked);
});

test("strict keeps class, punctuation, white space and length", () => {
  assert.equal(maskText("Hello, World 42!\n ÄÖ ß 漢字", STRICT), "Xxxxx, Xxxxx 00!\n XX x 口口");
});

test("open and named texts stay, typed texts become bullets", () => {
  assert.equal(maskText("a@b.cd 1234567", OPEN), "a@b.cd 1234567");
  assert.equal(maskText("a@b.cd 1234567", NAMED), "a@b.cd 1234567");
  assert.equal(maskText("Hi you\n", FIELD), "•• •••\n");
});

test("a secret gives away no length, another field its length alone", () => {
  assert.equal(maskValue("", BALANCED, true), "");
  assert.equal(maskValue("a", NAMED, true), maskValue("a".repeat(99), OPEN, true));
  assert.equal(maskValue("ab\nc😀", BALANCED, false), "••\n••");
  assert.equal(maskValue("shown", NAMED, false), "shown");
  assert.equal(maskValue("shown", OPEN, false), "•••••");
});

test("passwords, cards and one-time codes are secret", () => {
  for (const [type, autocomplete] of [
    ["password", ""],
    ["PASSWORD", "off"],
    ["file", ""],
    ["text", "cc-number"],
    ["text", "section-a billing CC-CSC"],
    ["text", "one-time-code"],
    ["text", "current-password"],
    ["text", "new-password webauthn"],
  ] as const) {
    assert.equal(isSecret(type, autocomplete), true, `${type} ${autocomplete}`);
  }
  for (const [type, autocomplete] of [
    ["text", ""],
    ["email", "email"],
    ["text", "name"],
    ["search", "off"],
  ] as const) {
    assert.equal(isSecret(type, autocomplete), false, `${type} ${autocomplete}`);
  }
});

test("the nearest rule decides", () => {
  assert.equal(maskInside(BALANCED, BALANCED, undefined, null), BALANCED);
  assert.equal(maskInside(OPEN, OPEN, "mask", null), STRICT);
  assert.equal(maskInside(STRICT, STRICT, "unmask", null), NAMED);
  assert.equal(maskInside(STRICT, BALANCED, undefined, ""), FIELD);
  assert.equal(maskInside(FIELD, BALANCED, "mask", null), FIELD);
  assert.equal(maskInside(FIELD, BALANCED, undefined, "false"), BALANCED);
  assert.equal(maskInside(FIELD, BALANCED, "unmask", "true"), NAMED);
});

test("no text makes masking slow", () => {
  for (const text of ["a".repeat(200_000), "1 ".repeat(100_000), "a@".repeat(100_000)]) {
    assert.equal(maskText(`${text}@`, BALANCED).length, text.length + 1);
  }
});

test("texts in CSS are masked, CSS is not", () => {
  const css = `/* Ann */ a{font:"Ann"} a::after{content:"Ann \\e900 ann@x.de";justify-content:center}
    b{--who:'Ann \\'Lee';--mail: ann@x.de;--c:red;content:url("ff:ann") "Ann"}`;
  assert.equal(
    maskCss(css, STRICT),
    ` a{font:"Ann"} a::after{content:"Xxx \\e900 xxx@x.xx";justify-content:center}
    b{--who:'Xxx \\'Xxx';--mail: xxx@x.xx;--c:red;content:url("ff:ann") "Xxx"}`,
  );
  assert.match(maskCss(css, BALANCED), /"Ann .e900 xxx@x.xx".*--who:'Ann .'Lee';--mail: xxx@x.xx/s);
  assert.match(maskCss(css, OPEN), /^ a.*ann@x.de/s);
  assert.equal(maskCss(`a{content:"/*x*/"}`, BALANCED), `a{content:"/*x*/"}`);
  for (const slow of [
    "--a:".repeat(50_000),
    `content:${'"'.repeat(99_999)}`,
    "/*".repeat(50_000),
  ]) {
    assert.ok(maskCss(slow, STRICT).length <= slow.length);
  }
});
