// What is known beside the session itself: where things lead, and who the visitor is. A source alone does not know it.

export interface VisitorSession {
  readonly session: string;
  /** ms since 1970. */
  readonly started: number;
  readonly duration: number;
  readonly clicks: number;
  readonly device: string;
  readonly agent: string;
  /** Pages in the order in which they were viewed; repeats left out. */
  readonly journey: readonly string[];
}

export interface Visitor {
  readonly visitor: string;
  readonly device: string;
  readonly agent: string;
  readonly width: number;
  readonly height: number;
  /** As the site said last; "" when it never did. */
  readonly user: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Browser profiles that are this user; 1 where the site did not name one. */
  readonly visitors: number;
  /** All of them; `sessions` holds the newest. */
  readonly count: number;
  readonly sessions: readonly VisitorSession[];
}

export interface Surroundings {
  visitor?(): Promise<Visitor>;
  heatmapUrl?(page: string): string;
  sessionUrl?(session: string): string;
}

/** @param project its id or key */
export function projectSurroundings(project: string, session: string): Surroundings {
  const base = `/p/${encodeURIComponent(project)}`;
  return {
    async visitor() {
      const url = `/api${base}/sessions/${encodeURIComponent(session)}/visitor`;
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      return answer.json();
    },
    heatmapUrl: (page) => `${base}/heatmap?page=${encodeURIComponent(page)}`,
    sessionUrl: (other) => `${base}/sessions/${encodeURIComponent(other)}`,
  };
}
