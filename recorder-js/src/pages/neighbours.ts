// In the replay, J and K go to the next and the previous session of the list that one comes from.

import type { Shortcut } from "../player/shortcuts.ts";

/** The keys of the page's links to the sessions beside this one; none on a shared page. */
export function listKeys(): readonly Shortcut[] {
  const link = (name: string) =>
    document.querySelector<HTMLAnchorElement>(`a[data-list="${name}"]`) ?? undefined;
  const key = (letter: string, name: string): Shortcut[] =>
    link(name) === undefined
      ? []
      : [
          {
            keys: [letter],
            shown: letter.toUpperCase(),
            meaning: `The ${name} session of the list`,
            act: () => link(name)?.click(),
          },
        ];
  return [...key("j", "next"), ...key("k", "previous")];
}
