// Keeps what the recording costs the page within what the site allows: a step down, and a fact about it, whenever it
// costs more.

import { Kind } from "../../wire/wire.gen.ts";
import type { Stop } from "../guard.ts";
import { ELEMENT } from "../node-types.ts";
import type { Scope } from "../scope.ts";
import { around, type Tree } from "../tree.ts";
import { createLadder, STEPS, type Step } from "./ladder.ts";
import { noisiest } from "./noisiest.ts";

const SECOND = 1000;
const MAX_SECONDS = 60;
const PACE_MS = 250;
const MAX_TARGETS = 2000;
/** A part that takes more of the page's area is the page. */
const PART = 0.9;
const WATCHED = { childList: true, attributes: true, characterData: true, subtree: true };

/** From here on facts are all that is left. */
const FACTS: Step = 3;

/** Feeds the ladder and takes its steps. */
export function keepBudget(scope: Scope): Stop {
  const { meter, thin, tree, session } = scope;
  const { budget, budgetKb } = scope.settings;
  if (!budget && !budgetKb) return () => {};
  const ladder = createLadder({
    milliseconds: budget || Number.POSITIVE_INFINITY,
    bytes: budgetKb * 1024 || Number.POSITIVE_INFINITY,
  });
  let seen = { at: performance.now(), ...meter };
  let told = session.session();
  /** Ends the search for what is to be frozen, and says what it found. */
  let search: (() => Element | undefined) | undefined;

  const tell = (step = ladder.step()) => {
    told = session.session();
    const { [step]: name } = STEPS;
    scope.emit(Kind.State, [scope.now(), "budget", name, Math.round(ladder.mean())]);
  };

  const take = (step: Step) => {
    if (step === 2) {
      search = searchNoise(scope);
      return; // told when it is known which part
    }
    tell(step);
    if (step < 2) thin.pace(step && PACE_MS);
    else if (step === FACTS) {
      scope.seal(); // with what has changed so far
      thin.blind();
    } else scope.end();
  };

  const settle = (part: Element | undefined) => {
    search = undefined;
    if (!part || tree.ids.get(part) === undefined || isWhole(part)) take(ladder.skip());
    else {
      tell();
      thin.freeze(part);
    }
  };

  /** A tab that slept took its time for all those seconds. */
  const feed = (seconds: number, time: number, bytes: number) => {
    for (let left = Math.min(Math.round(seconds) || 1, MAX_SECONDS); left > 0; left--) {
      const step = ladder.second(time / seconds, bytes / seconds);
      if (step !== undefined) return take(step);
    }
  };

  const look = scope.guard((since: typeof seen) => {
    const seconds = (performance.now() - since.at) / SECOND;
    if (search) settle(search());
    // Nothing is recorded of a page that rests, or that nobody uses.
    else if (scope.watching() || ladder.step() >= FACTS) {
      if (ladder.step() && told !== session.session()) tell();
      feed(seconds, meter.time - since.time, meter.bytes - since.bytes);
    }
  });

  const timer = setInterval(() => {
    look(seen);
    // What a step down takes is no reason for the next.
    seen = { at: performance.now(), ...meter };
  }, SECOND);
  return () => {
    clearInterval(timer);
    search?.();
  };
}

/** Watches what changes; when it is called, it ends and returns what changes most. */
function searchNoise({ tree, guard }: Scope): () => Element | undefined {
  const weights = new Map<Node, number>();
  const take = guard((records: readonly MutationRecord[]) => {
    for (const { target, addedNodes } of records) {
      let weight = weights.get(target) ?? 0;
      if (!weight && weights.size >= MAX_TARGETS) continue;
      weight++;
      for (const node of addedNodes) weight += sizeOf(node);
      weights.set(target, weight);
    }
  });
  const observer = new MutationObserver(take);
  for (const root of tree.roots) observer.observe(root, WATCHED);
  return () => {
    take(observer.takeRecords());
    observer.disconnect();
    for (const node of weights.keys()) if (isCovered(tree, node)) weights.delete(node);
    return noisiest(weights);
  };
}

/** Whether nothing is recorded of what happens there anyway. */
function isCovered({ opaque, frozen }: Tree, node: Node): boolean {
  if (!node.isConnected || frozen?.has(node)) return true;
  // An image is opaque, too, but its own attributes are recorded.
  let at = node.firstChild ? node : around(node);
  while (at && !opaque.has(at)) at = around(at);
  return at !== undefined;
}

/** Elements in a subtree, its top left out. */
function sizeOf(node: Node): number {
  return node.nodeType === ELEMENT ? (node as Element).getElementsByTagName("*").length : 0;
}

/** To freeze it would leave nothing to be seen. */
function isWhole(part: Element): boolean {
  const { width, height } = part.getBoundingClientRect();
  const { scrollWidth, scrollHeight } = document.documentElement;
  return width * height > PART * scrollWidth * scrollHeight;
}
