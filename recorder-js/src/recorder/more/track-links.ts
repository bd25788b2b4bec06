import { Kind } from "../../wire/wire.gen.ts";
import { type Stop, stopAll } from "../guard.ts";
import type { Scope } from "../scope.ts";
import { hasRule } from "../tree.ts";
import { cleanUrl, parseUrl } from "../url.ts";
import { about } from "./about.ts";
import { innermost, labelOf } from "./target.ts";

const FILE =
  /\.(7z|apk|avi|bz2|csv|deb|dmg|docx?|epub|exe|gz|ics|iso|jar|key|mobi|mov|mp[34]|mpe?g|msi|numbers|od[pst]|pages|pdf|pkg|pptx?|rar|rpm|rtf|tar|tgz|txt|wav|wmv|xlsx?|xz|zip)$/i;

/** Records links that lead to files, to other sites, to a mail or a telephone program; scripts click such links, too. */
export function trackLinks(scope: Scope, downloading: () => void): Stop {
  const clicked = (event: MouseEvent) => {
    const hit = innermost(event, scope);
    const link = hit?.closest("a[href],area[href]") as HTMLAnchorElement | null | undefined;
    if (!link || (event.type === "auxclick" && event.button !== 1)) return;
    const [action, type] = purposeOf(link);
    if (!action) return;
    // Before the page's own listeners: those often only count, and then let the browser go.
    if (action === "download") downloading();
    const named = about(scope, link);
    if (!named) return;
    scope.emit(Kind.Link, [
      scope.now(),
      ...named,
      action,
      cleanUrl(link.href, link.baseURI, scope.settings.allowQuery),
      type,
      hasRule(link, "block") ? "" : labelOf(link, scope.tree),
    ]);
  };
  const stops = [scope.listen("click", clicked), scope.listen("auxclick", clicked)];
  return () => stopAll(stops);
}

function purposeOf(link: HTMLAnchorElement): readonly [action: string, type: string] {
  const url = parseUrl(link.href, link.baseURI);
  if (!url) return ["", ""];
  const isWeb = /^https?:$/.test(url.protocol);
  const [, type = ""] = (isWeb && FILE.exec(url.pathname)) || [];
  if (link.hasAttribute("download") || type) return ["download", type.toLowerCase()];
  if (/^(mailto|tel|sms):$/.test(url.protocol)) return ["contact", ""];
  return isWeb && url.hostname !== location.hostname ? ["outbound", ""] : ["", ""];
}
