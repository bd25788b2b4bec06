// What people added to a session, as the server keeps it; every change answers with all that holds then.
import { getJson, sendJson } from "./http.ts";

export interface Note {
  readonly id: number;
  /** ms from the session's start. */
  readonly time: number;
  readonly text: string;
  readonly created: number;
}

export interface Share {
  readonly id: number;
  readonly path: string;
  readonly created: number;
  readonly expires: number;
}

export interface Annotations {
  readonly starred: boolean;
  readonly watched: boolean;
  readonly labels: readonly string[];
  readonly known_labels: readonly string[];
  readonly notes: readonly Note[];
  readonly shares: readonly Share[];
}

export interface Book {
  now(): Annotations;
  /** Makes a change; rejects with the server's own message. */
  send(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void>;
  /** The listener is called at once, too: nothing is known at first. */
  on(listener: (annotations: Annotations) => void): void;
  load(): Promise<void>;
}

const NOTHING: Annotations = {
  starred: false,
  watched: false,
  labels: [],
  known_labels: [],
  notes: [],
  shares: [],
};

/** @param api of the session, for example `/api/p/shop/sessions/ID` */
export function openBook(api: string): Book {
  const listeners: ((annotations: Annotations) => void)[] = [];
  let now = NOTHING;

  function take(told: Annotations): void {
    now = told;
    for (const listener of listeners) listener(now);
  }

  return {
    now: () => now,
    async send(method, path, body = {}) {
      take(await sendJson<Annotations>(method, `${api}/${path}`, body));
    },
    on(listener) {
      listeners.push(listener);
      listener(now);
    },
    async load() {
      take(await getJson<Annotations>(`${api}/annotations`));
    },
  };
}
