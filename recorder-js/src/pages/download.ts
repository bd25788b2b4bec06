// The button that downloads the session as a file: says how large it is before.

import { iconButton, make } from "../player/elements.ts";
import { getJson } from "./http.ts";
import { createVideo } from "./video.ts";

interface Size {
  readonly bytes: number;
  readonly assets: number;
}

/** @param api of the session */
export function createDownload(api: string): readonly HTMLElement[] {
  const text = make("p", "");
  text.setAttribute("role", "status");
  const link = make("a", "button primary", "Download");
  link.href = `${api}/download.html`;
  link.setAttribute("download", "");
  const video = createVideo(api);
  const close = make("button", "button", "Close");
  close.type = "button";
  const dialog = make(
    "dialog",
    "card note-dialog",
    make(
      "div",
      "stack",
      make("h2", "", "Download this replay"),
      make(
        "p",
        "muted",
        "One HTML file that plays in any browser, offline. Who the visitor was is not in it; what the page showed is.",
      ),
      text,
      make("div", "row", link),
      video.element,
      make("div", "row", close),
    ),
  );
  dialog.setAttribute("aria-label", "Download this replay");
  close.addEventListener("click", () => dialog.close());
  document.body.append(dialog);

  async function ask(): Promise<void> {
    text.textContent = "Finding out how large it is …";
    link.hidden = true;
    dialog.showModal();
    video.open();
    try {
      const { bytes } = await getJson<Size>(`${api}/download`);
      text.textContent = `The file has about ${megabytes(bytes)}.`;
      link.hidden = false;
      link.focus();
    } catch (error) {
      text.textContent = error instanceof Error ? error.message : "It cannot be downloaded now.";
    }
  }

  return [iconButton("download", "Download this replay", () => void ask())];
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? "100 KB" : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
