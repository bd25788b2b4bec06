import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { digest } from "../hash.ts";
import { createKeeper } from "./keeper.ts";
import { type Content, createKnown, INLINE, OWED, REFUSED } from "./known.ts";
import { type Asset, hashed, readAsset } from "./read-asset.ts";

const URL_A = "https://site.test/a.png";
const URL_B = "https://site.test/b.css";
const WHOLE = { body: 3, isFresh: false };
const FRESH = { body: 3, isFresh: true };

function createBox() {
  let text: string | undefined;
  return {
    get: (): unknown => (text === undefined ? undefined : JSON.parse(text)),
    set(value: unknown) {
      text = value === undefined ? undefined : JSON.stringify(value);
    },
    text: () => text ?? "",
  };
}

/** A page of a site whose assets are `bytes`; `status` answers uploads. */
function openPage(
  box: ReturnType<typeof createBox>,
  bytes: Record<string, string>,
  status = (): number => 200,
) {
  const reads: string[] = [];
  const uploads: [string, Blob][] = [];
  const told: [string, Content][] = [];
  const known = createKnown(box, () => 1_000_000);
  let reading = 0;
  let sending = 0;
  const keeper = createKeeper({
    known,
    pause: async () => {},
    async read(url) {
      assert.equal(reading++, 0, "one is read at a time");
      reads.push(url);
      const body = new Blob([bytes[url] ?? ""]);
      const type = url.endsWith("css") ? "text/css" : "image/png";
      const inner = url.endsWith("css") ? [digest(URL_A), INLINE + digest("data:x")] : [];
      const content = await hashed(type, body, inner);
      reading--;
      return { ...content, body };
    },
    hash: hashed,
    async upload(hash, _type, body) {
      assert.equal(sending++, 0, "one is uploaded at a time");
      uploads.push([hash, body]);
      await body.arrayBuffer();
      sending--;
      return status();
    },
    tell: (ref, content) => told.push([ref, content]),
    unreadable: () => {},
    isWatched: true,
  });
  return {
    ...keeper,
    known,
    reads,
    uploads,
    hashOf: (url: string) => told.findLast(([ref]) => ref === digest(url))?.[1].hash ?? "",
    told: () => told.map(([ref]) => ref),
    show(url: string, loaded = WHOLE) {
      keeper.look({ url, ref: digest(url) });
      if (!url.startsWith("data:")) keeper.heard(url, loaded);
    },
    async quiet() {
      for (let turn = 0; turn < 30; turn++) await new Promise((done) => setTimeout(done, 3));
    },
    leave() {
      known.save();
      keeper.stop();
    },
  };
}

test("what an earlier page has read is told at once and not read, with no URL remembered", async () => {
  const box = createBox();
  const first = openPage(box, { [URL_A]: "abc" });
  first.show(URL_A);
  await first.quiet();
  assert.deepEqual(first.reads, [URL_A]);
  first.leave();
  assert.ok(!box.text().includes("site.test"));

  const second = openPage(box, { [URL_A]: "abc" });
  second.show(URL_A);
  assert.equal(second.hashOf(URL_A), first.hashOf(URL_A) || second.hashOf(URL_A));
  assert.deepEqual(second.told(), [digest(URL_A)]);
  assert.deepEqual(second.reads, []);
  second.needed([second.hashOf(URL_A)]);
  await second.quiet();
  assert.deepEqual(second.reads, [URL_A]);
  assert.equal(second.uploads.length, 1);
  second.leave();
});

test("another length, an unknown one, and a style sheet from the network are read again", async () => {
  const box = createBox();
  const first = openPage(box, { [URL_A]: "abc" });
  first.show(URL_A);
  await first.quiet();
  first.leave();
  for (const loaded of [
    { body: 4, isFresh: false },
    { body: 0, isFresh: false },
  ]) {
    const page = openPage(box, { [URL_A]: "abc" });
    page.show(URL_A, loaded);
    await page.quiet();
    assert.deepEqual(page.reads, [URL_A]);
    page.stop();
  }
  const picture = openPage(box, { [URL_A]: "abc" });
  picture.show(URL_A, FRESH);
  await picture.quiet();
  assert.deepEqual(picture.reads, []);
  picture.stop();
});

test("a style sheet brings along what it names", async () => {
  const box = createBox();
  const files = { [URL_A]: "abc", [URL_B]: "p{}" };
  const first = openPage(box, files);
  first.show(URL_A);
  first.show(URL_B);
  first.look({ url: "data:x", ref: digest("data:x") });
  await first.quiet();
  assert.deepEqual(new Set(first.reads), new Set([URL_A, URL_B, "data:x"]));
  first.leave();

  const second = openPage(box, files);
  second.show(URL_B);
  second.heard(URL_A, WHOLE);
  assert.deepEqual(second.reads, []);
  assert.deepEqual(
    new Set(second.told()),
    new Set([digest(URL_A), digest(URL_B), digest("data:x")]),
  );
  // The bytes of what stands in it are needed: it must be read.
  second.needed([second.hashOf("data:x")]);
  second.leave();
  const third = openPage(box, files);
  third.show(URL_B);
  await third.quiet();
  assert.deepEqual(third.reads, [URL_B]);
  third.stop();

  const fourth = openPage(box, files);
  fourth.show(URL_B, FRESH);
  await fourth.quiet();
  assert.deepEqual(fourth.reads, [URL_B]);
  fourth.stop();
});

test("what could not be uploaded is uploaded by the next page that shows it", async () => {
  const box = createBox();
  const first = openPage(box, { [URL_A]: "abc" }, () => 0);
  first.show(URL_A);
  await first.quiet();
  const hash = first.hashOf(URL_A);
  first.needed([hash]);
  await first.quiet();
  assert.equal(first.uploads.length, 1);
  first.leave();

  const second = openPage(box, { [URL_A]: "abc" });
  second.show(URL_A);
  await second.quiet();
  assert.deepEqual(
    second.uploads.map(([name]) => name),
    [hash],
  );
  assert.equal(second.known.mark(hash), 0);
  second.leave();

  const third = openPage(box, { [URL_A]: "abc" });
  third.show(URL_A);
  await third.quiet();
  assert.deepEqual([third.reads, third.uploads], [[], []]);
  third.leave();
});

test("what an earlier page's chunk is asked for is uploaded once it is shown", async () => {
  const box = createBox();
  const { hash } = await hashed("image/png", new Blob(["abc"]));
  const page = openPage(box, { [URL_A]: "abc" });
  page.needed([hash]);
  await page.quiet();
  assert.deepEqual(page.uploads, []);
  page.show(URL_A);
  await page.quiet();
  assert.equal(page.uploads.length, 1);
  page.leave();
});

test("what a style sheet names before its own URL is known is read all the same", async () => {
  const page = openPage(createBox(), { [URL_B]: "p{}" });
  page.show(URL_B);
  await page.quiet();
  page.look({ url: "data:x", ref: digest("data:x") });
  page.look({ url: "data:x", ref: digest("data:x") });
  await page.quiet();
  assert.deepEqual(page.reads, [URL_B, "data:x"]);
  page.stop();
});

test("what the server does not take is never sent again", async () => {
  const box = createBox();
  for (const expected of [1, 0]) {
    const page = openPage(box, { [URL_A]: "abc" }, () => 415);
    page.show(URL_A);
    await page.quiet();
    page.needed([page.hashOf(URL_A)]);
    await page.quiet();
    assert.equal(page.uploads.length, expected);
    assert.equal(page.known.mark(page.hashOf(URL_A)), REFUSED);
    page.leave();
  }
});

test("content that changed unnoticed is told anew when its bytes are asked for", async () => {
  const box = createBox();
  const first = openPage(box, { [URL_A]: "abc" });
  first.show(URL_A);
  await first.quiet();
  const old = first.hashOf(URL_A);
  first.leave();
  const second = openPage(box, { [URL_A]: "xyz" });
  second.show(URL_A);
  assert.equal(second.hashOf(URL_A), old);
  second.needed([old]);
  await second.quiet();
  assert.deepEqual(second.uploads, []);
  const { hash } = await hashed("image/png", new Blob(["xyz"]));
  assert.equal(second.hashOf(URL_A), hash);
  second.needed([hash]);
  await second.quiet();
  assert.equal(second.uploads.length, 1);
  second.leave();
});

test("many are read and uploaded one at a time", async () => {
  const urls = Array.from({ length: 20 }, (_, i) => `https://site.test/${i}.png`);
  const page = openPage(createBox(), Object.fromEntries(urls.map((url) => [url, url])));
  for (const url of urls) page.show(url);
  await page.quiet();
  page.needed(urls.map((url) => page.hashOf(url)));
  await page.quiet();
  assert.deepEqual([page.reads.length, page.uploads.length], [20, 20]);
  page.stop();
});

test("whatever stands in the storage does no harm", () => {
  const entry = ["r", "", "cors", 0, 3, 1_000_000, ""];
  const broken = [1, "x", [], [[]], [[["r"]]], [[[1, 2, 3, 4, 5, 6, 7]]], [{}, {}], [[entry], 7]];
  for (const value of broken) {
    const box = createBox();
    box.set(value);
    const known = createKnown(box, () => 1_000_000);
    assert.equal(known.recall("r", WHOLE)?.reason, value === broken[7] ? "cors" : undefined);
    known.setMark("h", OWED);
    known.save();
    assert.equal(createKnown(box, () => 0).mark("h"), OWED);
  }
  const box = createBox();
  box.set([[["r", "not a hash", "", 0, 3, 0, ""]], []]);
  assert.equal(createKnown(box, () => 1).recall("r", WHOLE), undefined);
});

test("memory has bounds, and the oldest goes first", () => {
  const box = createBox();
  const known = createKnown(box, () => 5);
  const content = { hash: "a".repeat(64), type: "image/png", size: 3, reason: "", inner: [] };
  for (let i = 0; i < 5000; i++) known.note(`r${i}`, WHOLE, content);
  known.save();
  assert.ok(box.text().length < 60_000);
  assert.ok(createKnown(box, () => 5).recall("r4999", WHOLE));
  assert.equal(createKnown(box, () => 5).recall("r0", WHOLE), undefined);
  const later = 8 * 24 * 60 * 60 * 1000;
  assert.equal(createKnown(box, () => later).recall("r4999", WHOLE), undefined);
});

test("a body of 5 MB is never held twice", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  Object.assign(globalThis, { location: { origin: "https://site.test" } });
  const size = 5 * 1024 * 1024;
  const buffers: WeakRef<ArrayBuffer>[] = [];
  /** Its bytes are in the page's memory only while a buffer of them is. */
  const body = new (class extends Blob {
    override get size() {
      return size;
    }
    override async arrayBuffer() {
      const buffer = new ArrayBuffer(size);
      buffers.push(new WeakRef(buffer));
      return buffer;
    }
  })();
  const alive = async () => {
    await new Promise((done) => setTimeout(done, 5));
    collect();
    return buffers.filter((buffer) => buffer.deref()).length;
  };
  let most = 0;
  const load = async () =>
    ({
      ok: true,
      url: URL_A,
      headers: new Headers({ "Content-Type": "image/png" }),
      blob: async () => body,
    }) as unknown as Response;
  let read: Asset | undefined;
  let sent: Blob | undefined;
  const keeper = createKeeper({
    known: createKnown(createBox(), () => 0),
    async pause() {
      most = Math.max(most, await alive());
    },
    async read(url) {
      read = await readAsset(
        url,
        (name) => name,
        load,
        async () => {},
      );
      return read;
    },
    hash: hashed,
    async upload(_hash, _type, given) {
      most = Math.max(most, await alive());
      sent = given;
      return 200;
    },
    tell: (_ref, { hash }) => setTimeout(() => keeper.needed([hash])),
    unreadable: () => {},
    isWatched: true,
  });
  keeper.look({ url: URL_A, ref: digest(URL_A) });
  keeper.heard(URL_A, { body: size, isFresh: true });
  while (!sent) await new Promise((done) => setTimeout(done, 5));
  assert.equal(sent, body, "the very body that was read is sent");
  assert.equal(buffers.length, 1, "it came into memory once, to be hashed");
  assert.equal(most, 0, "and is gone before it is sent");
  keeper.stop();
});
