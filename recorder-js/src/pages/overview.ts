// The overview's share of forms that were sent: of all its figures the one that takes long, so it comes after the page.
import { getJson } from "./http.ts";
import { percent } from "./numbers.ts";

interface Forms {
  readonly completion_rate: number | null;
}

async function tellCompletion(value: HTMLElement, path: string): Promise<void> {
  try {
    const { completion_rate: share } = await getJson<Forms>(path);
    value.textContent = share === null ? "–" : percent(share);
  } catch {
    value.textContent = "–"; // where the tile leads to, the server says why
  }
}

const value = document.querySelector<HTMLElement>("[data-completion]");
const path = value?.dataset.completion;
if (value && path) void tellCompletion(value, path);
