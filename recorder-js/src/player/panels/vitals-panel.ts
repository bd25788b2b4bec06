// Web vitals by page load, against the thresholds of web.dev, with a way to the element that each is about.

import { clock, make } from "../elements.ts";
import type { Player } from "../player.ts";
import type { Highlight } from "./highlight.ts";
import { empty, isComplete, line, type Panel, seekTo, whenNew } from "./panel.ts";
import { viewOf } from "./views.ts";
import { type DocumentVitals, documentVitals, type Vital } from "./vitals.ts";

export function createVitalsPanel(player: Player, highlight: Highlight): Panel {
  const element = make("div", "ff-scroll");
  const said = make("p", "ff-found");
  said.setAttribute("role", "status");

  function card(load: DocumentVitals): HTMLElement {
    const view = viewOf(player.manifest(), load.tab, load.document);
    const cause = load.cause === "restore" ? " (came back from the browser's memory)" : "";
    const head = line(player, load.time, "ff-vitals-page");
    head.append(
      make("span", "ff-event-title", (view?.title || view?.page || "A page") + cause),
      make("span", "ff-event-detail", view?.url ?? ""),
    );
    return make("section", "ff-vitals", head, ...load.vitals.map(row));
  }

  function row(vital: Vital): HTMLElement {
    const grade = vital.grade.replace(/ .*/, "");
    const mark = make("span", "ff-scale-mark");
    mark.style.left = `${100 * vital.place}%`;
    const [good, poor] = vital.limits;
    const scale = make("div", "ff-scale", mark);
    scale.title = `Good up to ${good}, poor above ${poor}`;
    const where = vital.key === "" ? [] : [place(vital)];
    return make(
      "div",
      `ff-vital ff-grade-${grade}`,
      make(
        "div",
        "ff-vital-head",
        make("strong", "", vital.short),
        make("span", "ff-muted", vital.name),
        make("span", "ff-number", `${vital.value}, ${vital.grade}`),
      ),
      scale,
      make("div", "ff-muted ff-small", `Good up to ${good}, poor above ${poor}`),
      ...where,
    );
  }

  function place({ time, key, detail, short }: Vital): HTMLElement {
    const about = detail === "" ? key : `${detail} on ${key}`;
    const button = make("button", "ff-link", `Show ${about}`);
    button.type = "button";
    button.title = `The element that the ${short} is about, at ${clock(time)}`;
    button.addEventListener("click", () => {
      seekTo(player, time);
      player
        .seek(time)
        .then(() => {
          const isThere = highlight.byKey(key);
          said.textContent = isThere ? "" : `${key} is not in the page at this time.`;
        })
        .catch(() => {
          // The stage says that the server does not answer.
        });
    });
    return button;
  }

  return {
    id: "vitals",
    name: "Vitals",
    element,
    fill: whenNew(player, (facts) => {
      const loads = documentVitals(facts);
      const nothing = isComplete(player)
        ? "No web vitals came: the browser tells them (Chromium tells all of them), and only of pages that were in sight while they loaded."
        : "Still loading…";
      element.replaceChildren(said, ...(loads.length > 0 ? loads.map(card) : [empty(nothing)]));
    }),
    follow: () => {},
    leave: () => highlight.clear(),
  };
}
