// Who the visitor is as far as the site told, the other visits, and the journey over them.

import { clock, make } from "../elements.ts";
import type { Player } from "../player.ts";
import { empty, type Panel } from "./panel.ts";
import type { Surroundings, Visitor, VisitorSession } from "./surroundings.ts";

const MAX_STEPS = 12;

export function createVisitorPanel(player: Player, around: Surroundings): Panel {
  const element = make("div", "ff-scroll");
  let asked = false;

  function show(visitor: Visitor): void {
    const id = make("code", "", visitor.visitor);
    const rows: (readonly [string, string | Node])[] = [
      ["Visitor", id],
      ["Browser", visitor.agent || "not known"],
      ["Device", `${visitor.device}, ${visitor.width} × ${visitor.height}`],
      ["User", visitor.user || "not named"],
      ...(visitor.visitors > 1
        ? [["Known by", `${visitor.visitors} browsers, joined by the user`] as const]
        : []),
      ...Object.entries(visitor.properties).map(([name, value]) => [name, String(value)] as const),
    ];
    const unnamed =
      "The site can say who its visitors are with `footfall.identify(id, properties)`: see README.md.";
    element.replaceChildren(
      make("dl", "ff-facts", ...rows.flatMap(([name, value]) => [dt(name), make("dd", "", value)])),
      ...(visitor.user === "" ? [empty(unnamed)] : []),
      make("h2", "ff-heading", visitor.count === 1 ? "The only session" : "Journey over sessions"),
      make("ol", "ff-journey", ...visitor.sessions.map(session)),
      ...(visitor.count > visitor.sessions.length
        ? [empty(`The newest ${visitor.sessions.length} of ${visitor.count} sessions are shown.`)]
        : []),
    );
  }

  function session(one: VisitorSession): HTMLElement {
    const isThis = one.session === player.manifest()?.session;
    const clicks = one.clicks === 1 ? "1 click" : `${one.clicks} clicks`;
    const item = make(
      "li",
      isThis ? "ff-this" : "",
      isThis ? make("strong", "", `${when(one)} (this one)`) : link(one),
      make("span", "ff-muted ff-small", `${clock(one.duration)} · ${clicks} · ${one.device}`),
      make("ol", "ff-steps", ...steps(one)),
    );
    if (isThis) item.setAttribute("aria-current", "true");
    return item;
  }

  function link(one: VisitorSession): HTMLElement {
    const url = around.sessionUrl?.(one.session);
    if (url === undefined) return make("span", "", when(one));
    const anchor = make("a", "", when(one));
    anchor.href = url;
    return anchor;
  }

  return {
    id: "visitor",
    name: "Visitor",
    element,
    fill() {
      if (asked) return;
      asked = true;
      if (around.visitor === undefined) {
        element.replaceChildren(
          empty("Who the visitor is, is not shown where a replay is shared."),
        );
        return;
      }
      element.replaceChildren(empty("Loading…"));
      around.visitor().then(show, (error: unknown) => {
        asked = false;
        const reason = error instanceof Error ? error.message : "";
        element.replaceChildren(empty(`The visitor cannot be shown. ${reason}`));
      });
    },
    follow: () => {},
  };
}

function when({ started }: VisitorSession): string {
  return new Date(started).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

function steps({ journey }: VisitorSession): readonly HTMLElement[] {
  const shown = journey.slice(0, MAX_STEPS);
  const left = journey.length - shown.length;
  const all = left > 0 ? [...shown, `and ${left} more`] : shown;
  return all.map((page) => make("li", "", page));
}

function dt(text: string): HTMLElement {
  return make("dt", "", text);
}
