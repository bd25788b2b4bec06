// The visitor's answer: kept for later pages, heard in other tabs. Where storage is refused, it lives as long as the page.

export interface Consent {
  /** Whether the visitor may be recorded. */
  readonly given: () => boolean;
  /** When the visitor agreed, ms since 1970; 0 when nobody asked. */
  readonly at: () => number;
  readonly answer: (granted: boolean) => void;
  /** Calls back when another tab heard an answer. */
  readonly watch: (changed: () => void) => void;
}

export function createConsent(project: string, required: boolean): Consent {
  const key = `footfall:${project}:consent`;
  let said: string | undefined;

  const kept = () => {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return said;
    }
  };
  /** When the visitor agreed; 0 for a refusal, undefined while there is no answer. */
  const granted = () => {
    const text = said ?? kept();
    return text === undefined ? undefined : Number(text) || 0;
  };

  return {
    given: () => Boolean(granted() ?? !required),
    at: () => granted() ?? 0,
    answer(yes) {
      said = String(yes ? granted() || Date.now() : 0);
      try {
        // Where nothing is recorded without an answer, a refusal needs no trace.
        if (yes || !required) localStorage.setItem(key, said);
        else localStorage.removeItem(key);
      } catch {
        // The copy in memory serves.
      }
    },
    watch(changed) {
      addEventListener("storage", (event) => {
        if (event.key !== key && event.key !== null) return;
        said = undefined;
        changed();
      });
    },
  };
}
