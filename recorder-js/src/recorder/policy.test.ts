import assert from "node:assert/strict";
import { test } from "node:test";
import { isFresh, withPolicy } from "./policy.ts";
import { BALANCED, OPEN, STRICT } from "./privacy.ts";
import { readSettings, type Settings } from "./settings.ts";

function settingsWith(data: DOMStringMap): Settings {
  const found = readSettings(
    { project: "abcdefghijklmnop", ...data },
    "https://footfall.example/footfall.js",
  );
  assert.ok(found);
  return found;
}

const SAID = { version: "a1", at: 0 };

test("the policy that says nothing changes nothing", () => {
  const settings = settingsWith({ sample: "0.5", exclude: "/a/*", maskSelector: ".price" });
  assert.deepEqual(withPolicy(settings, { version: "", at: 0 }), settings);
});

test("a policy masks more, never less", () => {
  const masks = { open: OPEN, balanced: BALANCED, strict: STRICT };
  for (const [name, own] of Object.entries(masks)) {
    for (const [least, asked] of [
      ["", OPEN],
      ["balanced", BALANCED],
      ["strict", STRICT],
    ] as const) {
      const { mask } = withPolicy(settingsWith({ mask: name }), { ...SAID, mask: least });
      assert.equal(mask, Math.max(own, asked), `${name} under ${least || "none"}`);
    }
  }
});

test("of the two shares the smaller holds", () => {
  const share = (own: string, policy: number) =>
    withPolicy(settingsWith({ sample: own }), { ...SAID, sample: policy }).sample;
  assert.equal(share("1", 0.25), 0.25);
  assert.equal(share("0.1", 0.25), 0.1);
});

test("selectors and pages of both hold; the tag shows nothing inside of what the policy masks", () => {
  const settings = settingsWith({
    exclude: "/a/*",
    maskSelector: ".price",
    unmaskSelector: ".title",
  });
  const policy = {
    ...SAID,
    maskSelector: "#total, .iban",
    blockSelector: "aside",
    exclude: ["/b"],
  };
  const { exclude, selectors } = withPolicy(settings, policy);
  assert.deepEqual(exclude, ["/a/*", "/b"]);
  assert.deepEqual(selectors, {
    mask: ".price,#total, .iban",
    unmask: ":is(.title):not(:is(#total, .iban) *)",
    block: "aside",
    ignore: "",
  });
});

test("under a strict policy no canvas is pictured", () => {
  const settings = settingsWith({ canvas: "2", console: "" });
  assert.deepEqual(settings.modules, ["canvas", "console"]);
  const { canvasRate, modules } = withPolicy(settings, { ...SAID, mask: "strict" });
  assert.equal(canvasRate, 0);
  assert.deepEqual(modules, ["console"]);
});

test("a policy holds for an hour without asking, a pause not at all", () => {
  const now = Date.now();
  assert.ok(isFresh({ version: "a", at: now - 3_500_000 }));
  assert.ok(!isFresh({ version: "a", at: now - 3_700_000 }));
  assert.ok(!isFresh({ version: "a", at: now + 3_700_000 })); // the clock was put back
  assert.ok(!isFresh({ version: "a", at: now, paused: true }));
});
