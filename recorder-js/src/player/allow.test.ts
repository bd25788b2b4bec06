import assert from "node:assert/strict";
import { test } from "node:test";
import { mayBeOwn } from "./allow.ts";

test("a page's own attributes may be kept for its selectors; what loads, leads or runs may not", () => {
  for (const name of ["flag", "expanded", "v2", "isOpen"]) assert.ok(mayBeOwn("div", name), name);
  const never = `src srcset SrcDoc href action formaction ping data onclick onfoo ff-x xmlns nonce is target download
    style media sandbox preload manifest poster background lowsrc dynsrc attributionsrc imagesrcset attributionreporting
    referrerpolicy shadowrootmode popovertarget popover command commandfor csp allow blocking content xlink:href a=b`;
  for (const name of never.split(/\s+/)) assert.ok(!mayBeOwn("div", name), name);
  for (const tag of ["iframe", "style", "link", "ff-object"])
    assert.ok(!mayBeOwn(tag, "flag"), tag);
});
