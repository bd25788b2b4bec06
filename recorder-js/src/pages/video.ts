// The part of the download dialog that makes a video: asks for it, shows how far it is, can end it.

import { make } from "../player/elements.ts";
import { getJson, sendJson } from "./http.ts";
import { smallButton } from "./small-parts.ts";

interface Job {
  readonly state: "none" | "running" | "done" | "failed";
  readonly share: number;
  readonly message: string;
}

const LOOK_MS = 1000;

/** @param api of the session */
export function createVideo(api: string): { readonly element: HTMLElement; open(): void } {
  const url = `${api}/video`;
  const said = make("p", "");
  said.setAttribute("role", "status");
  const progress = make("progress", "");
  progress.max = 1;
  progress.setAttribute("aria-label", "The video");
  const kind = make("select", "ff-select");
  kind.append(new Option("WebM", "webm"), new Option("MP4", "mp4"));
  kind.setAttribute("aria-label", "Format");
  const skip = make("input", "");
  skip.type = "checkbox";
  skip.checked = true;
  const begin = smallButton("Make a video", () => send("POST"));
  const cancel = smallButton("Cancel", () => send("DELETE"));
  const link = make("a", "button primary", "Save the video");
  link.href = `${url}/file`;
  link.setAttribute("download", "");
  const choice = make(
    "div",
    "row",
    kind,
    make("label", "ff-check", skip, "Skip inactivity"),
    begin,
  );
  const element = make("section", "stack", make("h3", "", "As a video"), said, progress);
  element.append(choice, make("div", "row", link, cancel));
  let timer: number | undefined;

  function show({ state, share, message }: Job): void {
    progress.hidden = state !== "running";
    progress.value = share;
    cancel.hidden = state !== "running";
    link.hidden = state !== "done";
    choice.hidden = state === "running";
    if (state === "running") say(`Making the video: ${Math.floor(share * 100)} %`);
    else if (state === "done") say("The video is ready. It is kept for an hour.");
    else say(message);
    if (state === "running") timer = window.setTimeout(look, LOOK_MS);
  }

  function say(text: string): void {
    said.textContent = text;
    said.hidden = text === "";
  }

  function take(job: Promise<Job>): void {
    clearTimeout(timer);
    job.then(show, (error: unknown) => {
      const message = error instanceof Error ? error.message : "No video can be made now.";
      show({ state: "failed", share: 0, message });
    });
  }

  function look(): void {
    take(getJson<Job>(url));
  }

  function send(method: "POST" | "DELETE"): void {
    take(sendJson<Job>(method, url, { format: kind.value, skip: skip.checked }));
  }

  show({ state: "none", share: 0, message: "" });
  return { element, open: look };
}
