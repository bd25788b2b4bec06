// Where the page cannot be shown as it was: parts that never arrived, cannot be read, or do not fit. Pure.

import { FLAG_KEYFRAME } from "../wire/wire.gen.ts";
import type { ManifestTab } from "./source.ts";

export interface Gap {
  readonly tab: string;
  /** ms since 1970: from what is missing to the next keyframe, where the page is true again. */
  readonly start: number;
  readonly end: number;
  /** For people, in one sentence. */
  readonly reason: string;
}

const SENTENCES: Readonly<Record<string, string>> = {
  "a part never arrived": "A part of the recording never arrived",
  "a part is damaged": "A part of the recording is damaged",
  "a change does not fit the page": "A recorded change does not fit the page",
};

/**
 * @param troubles why the page cannot be true from a chunk on, by index
 * @param ended ms since 1970, of the session
 */
export function gapsOf(
  info: ManifestTab,
  troubles: ReadonlyMap<number, string>,
  ended: number,
): readonly Gap[] {
  const { chunks, tab } = info;
  const nextKeyframe = (from: number) => {
    for (let index = from; index < chunks.length; index++) {
      const chunk = chunks[index];
      const flagged = ((chunk?.flags ?? 0) & FLAG_KEYFRAME) !== 0;
      if (chunk !== undefined && flagged && !troubles.has(index)) return chunk.start;
    }
    return ended;
  };
  const missing = info.gaps.map(({ after, before, start }) => {
    const lost = before - after - 1;
    const parts = lost === 1 ? "A part" : `${lost} parts`;
    const next = chunks.findIndex(({ sequence }) => sequence >= before);
    const end = next < 0 ? ended : nextKeyframe(next);
    return gap(tab, start, end, `${parts} of the recording never arrived`);
  });
  const troubled = Array.from(troubles, ([index, why]) => {
    const start = chunks[index]?.start ?? ended;
    return gap(tab, start, nextKeyframe(index + 1), SENTENCES[why] ?? why);
  });
  return joined([...missing, ...troubled].sort((a, b) => a.start - b.start));
}

function gap(tab: string, start: number, end: number, what: string): Gap {
  const reason = `${what}: the page stands still, or may look different, until its next full picture`;
  return { tab, start, end: Math.max(start, end), reason };
}

/** Of gaps that end together the first tells why. */
function joined(gaps: readonly Gap[]): readonly Gap[] {
  const kept: Gap[] = [];
  for (const each of gaps) {
    const before = kept.at(-1);
    if (before === undefined || each.start >= before.end) kept.push(each);
    else if (each.end > before.end) kept.push({ ...each, start: before.end });
  }
  return kept;
}
