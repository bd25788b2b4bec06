// "99 % as it looked": what was compared, in how many moments, and what it found, for whoever asks.

import { clock, make } from "./elements.ts";
import { type Fidelity, percent } from "./fidelity.ts";
import type { Player } from "./player.ts";

const MAX_LINES = 8;

export interface FidelityChip {
  readonly element: HTMLElement;
  show(): void;
}

export function createFidelityChip(player: Player): FidelityChip {
  const button = make("button", "ff-fidelity");
  button.type = "button";
  const about = make("div", "ff-fidelity-about");
  about.popover = "auto";
  button.popoverTargetElement = about;
  const element = make("span", "ff-fidelity-box", button, about);
  element.hidden = true;

  function lines({ differing }: Fidelity): readonly HTMLElement[] {
    return differing.slice(0, MAX_LINES).map(({ start, reason }) => {
      const line = make("button", "ff-fidelity-line", `${clock(start)} ${reason}`);
      line.type = "button";
      line.addEventListener("click", () => {
        about.hidePopover();
        player.seek(start).catch(() => {
          // The stage says that the server does not answer.
        });
      });
      return line;
    });
  }

  return {
    element,
    show() {
      const result = player.fidelity();
      const { score, differing } = result;
      element.hidden = score === undefined;
      if (score === undefined) return;
      button.textContent = `${percent(score)} as it looked`;
      button.title = "How true this replay is";
      button.classList.toggle("ff-untrue", differing.length > 0);
      const more = differing.length - MAX_LINES;
      about.replaceChildren(
        make("strong", "", `${percent(score)} as it looked`),
        make("p", "", explanation(result)),
        ...lines(result),
        ...(more > 0 ? [make("p", "", `and ${more} more, marked on the time line`)] : []),
      );
    },
  };
}

function explanation({ checked, left, differing }: Fidelity): string {
  const moments = checked === 1 ? "one moment" : `${checked} moments`;
  const still = left > 0 ? ` ${left} more follow while nothing plays.` : "";
  const found =
    differing.length === 0
      ? "All was as it had been."
      : `It differed ${differing.length === 1 ? "once" : `${differing.length} times`}:`;
  return `The visitor's browser told how many elements the page had, how they were nested, and where up to 20 of them stood. The page was rebuilt at ${moments} and compared.${still} What is masked or blocked on purpose does not count. ${found}`;
}
