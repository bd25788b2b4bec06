// The session in plain sentences, to read, to follow and to copy.

import { clock, make } from "../elements.ts";
import type { Player } from "../player.ts";
import type { SessionFact } from "../session-facts.ts";
import { createFollower, empty, isComplete, line, type Panel, whenNew } from "./panel.ts";
import { plainTranscript, type TranscriptLine, transcript } from "./transcript.ts";

const MAX_LINES = 2000;

export function createTranscriptPanel(player: Player): Panel {
  const list = make("ol", "ff-events ff-transcript");
  const follower = createFollower(list);
  const copy = make("button", "ff-button ff-text-button", "Copy");
  copy.type = "button";
  const said = make("span", "ff-muted ff-small");
  said.setAttribute("role", "status");
  const note = make("div", "");
  const element = make("div", "", make("div", "ff-tools", copy, said), note, list);
  let lines: readonly TranscriptLine[] = [];

  copy.addEventListener("click", () => {
    const text = plainTranscript(lines, clock);
    copyText(text).then(
      () => {
        said.textContent = "Copied.";
      },
      () => {
        said.textContent = "The browser did not allow it: select the text and copy it.";
      },
    );
  });

  function item({ time, parts }: TranscriptLine): HTMLElement {
    const button = line(player, time, "ff-event");
    const told = parts.map((part) => (typeof part === "string" ? part : make("em", "", part.em)));
    button.append(make("span", "ff-sentence", ...told));
    return make("li", "", button);
  }

  function fill(facts: readonly SessionFact[]): void {
    const manifest = player.manifest();
    const started = manifest?.started ?? 0;
    const views = (manifest?.page_views ?? [])
      .map((view) => ({ ...view, started: view.started - started, ended: view.ended - started }))
      .sort((a, b) => a.started - b.started);
    const gaps = (manifest?.tabs ?? []).flatMap((tab) =>
      tab.gaps.map(({ start, end }) => ({ start: start - started, end: end - started })),
    );
    lines = transcript({ facts, views, gaps, duration: player.duration() });
    const shown = lines.slice(0, MAX_LINES);
    list.replaceChildren(...shown.map(item));
    follower.set(shown.map(({ time }) => time));
    copy.disabled = lines.length === 0;
    note.replaceChildren(...reasons(shown.length));
    follower.to(player.time());
  }

  function reasons(count: number): readonly HTMLElement[] {
    if (!isComplete(player)) return [empty("Still loading: more will be told.")];
    if (count === 0)
      return [empty("There is nothing to tell: no page view and no act has arrived.")];
    if (count === lines.length) return [];
    return [empty(`The first ${count} of ${lines.length} lines. Copy takes all of them.`)];
  }

  return {
    id: "transcript",
    name: "Transcript",
    element,
    fill: whenNew(player, fill),
    follow: () => follower.to(player.time()),
  };
}

/** Without https there is no clipboard but the old one. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = make("textarea", "ff-away", text);
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (!done) throw new Error("not allowed");
}
