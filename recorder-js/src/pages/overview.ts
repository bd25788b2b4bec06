// The overview's share of forms that were sent: of all its figures the one that takes long, so it comes after the page.
import { make } from "../player/elements.ts";
import { getJson } from "./http.ts";
import { percent } from "./numbers.ts";

interface Beside {
  readonly completion_rate: number | null;
  readonly difference: number | null;
  readonly is_significant: boolean;
}

interface Forms {
  readonly completion_rate: number | null;
  readonly beside: Beside | null;
}

/** What the tile says of the time before, as the server's tiles do. */
function tellBefore({ completion_rate, difference, is_significant }: Beside): void {
  const before = document.querySelector<HTMLElement>("[data-completion-before]");
  const change = document.querySelector<HTMLElement>("[data-completion-change]");
  if (!before || !change || completion_rate === null) return;
  before.textContent = `before ${percent(completion_rate)}`;
  before.setAttribute(
    "aria-label",
    `Forms sent before, ${percent(completion_rate)}: their sessions`,
  );
  before.hidden = false;
  const points = Math.round((difference ?? 0) * 100);
  if (points === 0) return;
  change.textContent = `${points > 0 ? "+" : ""}${points} ${Math.abs(points) === 1 ? "point" : "points"}`;
  if (!is_significant) return;
  change.classList.add(points > 0 ? "good" : "bad");
  const told = points > 0 ? ", better beyond chance" : ", worse beyond chance";
  change.append(make("span", "visually-hidden", told));
}

async function tellCompletion(value: HTMLElement, path: string): Promise<void> {
  try {
    const { completion_rate: share, beside } = await getJson<Forms>(path);
    value.textContent = share === null ? "–" : percent(share);
    if (beside) tellBefore(beside);
  } catch {
    value.textContent = "–"; // where the tile leads to, the server says why
  }
}

const value = document.querySelector<HTMLElement>("[data-completion]");
const path = value?.dataset.completion;
if (value && path) void tellCompletion(value, path);
