// The setup page: copies the snippet, waits for the first chunk, checks selectors as they are typed.
import { getJson } from "./http.ts";
import { exactTime } from "./relative.ts";

const POLL_MS = 2_000;
const COPIED_MS = 1_500;

interface Status {
  readonly first_chunk_at: number | null;
}

function selectText(element: Element): void {
  getSelection()?.selectAllChildren(element);
}

async function copy(source: Element, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? "");
  } catch {
    selectText(source); // not allowed, or plain http: one keystroke is left to the person
    return;
  }
  const label = button.querySelector("span");
  if (!label) return;
  const before = label.textContent;
  label.textContent = "Copied";
  setTimeout(() => {
    label.textContent = before;
  }, COPIED_MS);
}

for (const button of document.querySelectorAll<HTMLElement>("[data-copy]")) {
  button.addEventListener("click", () => {
    const source = document.querySelector(button.dataset.copy ?? "");
    if (source) void copy(source, button);
  });
}

/** Says of a selector that is none, before the form is sent: every page would be masked whole for it. */
function checkSelectors(field: HTMLTextAreaElement): void {
  const probe = document.createDocumentFragment();
  const wrong = field.value.split("\n").find((line) => {
    if (!line.trim()) return false;
    try {
      probe.querySelector(line);
      return false;
    } catch {
      return true;
    }
  });
  field.setCustomValidity(wrong === undefined ? "" : `This is no CSS selector: ${wrong.trim()}`);
}

for (const field of document.querySelectorAll<HTMLTextAreaElement>("[data-selectors]")) {
  field.addEventListener("input", () => checkSelectors(field));
}

function waitForFirst(card: HTMLElement, api: string): void {
  const waiting = card.querySelector<HTMLElement>("[data-waiting]");
  const arrived = card.querySelector<HTMLElement>("[data-arrived]");
  const time = arrived?.querySelector("time");
  if (!waiting || !arrived || !time) return; // it has come before
  const poll = async () => {
    const { first_chunk_at: first } = await getJson<Status>(api).catch(() => ({
      first_chunk_at: null,
    }));
    if (first === null) {
      setTimeout(() => void poll(), POLL_MS);
      return;
    }
    time.dateTime = new Date(first).toISOString();
    time.textContent = exactTime(first, Date.now());
    waiting.hidden = true;
    arrived.hidden = false;
  };
  void poll();
}

const card = document.getElementById("arrival");
if (card?.dataset.api) waitForFirst(card, card.dataset.api);
