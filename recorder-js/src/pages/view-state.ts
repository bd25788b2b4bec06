// How the viewer looks at a heatmap, kept in the address so that a link shows the same. Pure but for `keep`.

export const COLOURS = ["heat", "blue-yellow"] as const;

export type Colours = (typeof COLOURS)[number];

export interface ViewState {
  /** 0..100. */
  readonly opacity: number;
  readonly colours: Colours;
  /** CSS px around a point. */
  readonly radius: number;
  /** How many times earlier the scale ends. */
  readonly intensity: number;
  /** Name of the chosen backdrop; "" for the most typical one. */
  readonly backdrop: string;
  /** The same of the second segment, side by side. */
  readonly otherBackdrop: string;
  /** Two sides end their colours at the same value. */
  readonly same: boolean;
  /** Name of the column that a table is ordered by, with "-" the smallest first; "": as it comes. */
  readonly sort: string;
}

/** Where each lies in the address. */
const NAMES = {
  opacity: "opacity",
  colours: "colours",
  radius: "radius",
  intensity: "intensity",
  backdrop: "backdrop",
  otherBackdrop: "b.backdrop",
  same: "same",
  sort: "sort",
} as const;

const PLAIN: ViewState = {
  opacity: 80,
  colours: "heat",
  radius: 20,
  intensity: 1,
  backdrop: "",
  otherBackdrop: "",
  same: false,
  sort: "",
};

export function readViewState(query: URLSearchParams): ViewState {
  const number = (name: "opacity" | "radius" | "intensity", low: number, high: number) => {
    const value = Number(query.get(name) ?? PLAIN[name]);
    return value >= low && value <= high ? value : PLAIN[name];
  };
  const colours = query.get("colours");
  return {
    opacity: number("opacity", 0, 100),
    radius: number("radius", 1, 200),
    intensity: number("intensity", 0.05, 20),
    colours: COLOURS.find((one) => one === colours) ?? PLAIN.colours,
    backdrop: query.get(NAMES.backdrop) ?? PLAIN.backdrop,
    otherBackdrop: query.get(NAMES.otherBackdrop) ?? PLAIN.otherBackdrop,
    same: query.get(NAMES.same) === "true",
    sort: query.get(NAMES.sort) ?? PLAIN.sort,
  };
}

/** The query with this state in it; what is as at first is left out. */
export function withViewState(query: URLSearchParams, state: ViewState): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const name of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    if (state[name] === PLAIN[name]) changed.delete(NAMES[name]);
    else changed.set(NAMES[name], String(state[name]));
  }
  return changed;
}

/** Put the state into the address without a new entry in the history. */
export function keep(state: ViewState): void {
  const query = withViewState(new URLSearchParams(location.search), state);
  history.replaceState(history.state, "", `${location.pathname}?${query}`);
}
