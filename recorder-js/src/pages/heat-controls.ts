// How a heatmap is looked at: opacity, radius, intensity and colours, one for both sides.

import { part } from "./stage.ts";
import { COLOURS, type ViewState, withViewState } from "./view-state.ts";

export interface Controls {
  state(): ViewState;
  change(changes: Partial<ViewState>): void;
  /** Told how opaque the picture is, 0..100; at once, too. */
  onOpacity(listener: (percent: number) => void): void;
  /** Called when the picture must be drawn anew. */
  onChange(listener: () => void): void;
}

/** Kinds that are drawn by a radius around points. */
const BLURRED = ["click", "move", "rage", "dead", "error", "hesitation"];
/** Kinds without a colour scale to choose. */
const OWN_COLOURS = ["confetti", "difference", "elements", "fields", "conversion"];

export function startControls(
  root: HTMLElement,
  state: () => ViewState,
  change: (changes: Partial<ViewState>) => void,
): Controls {
  const opacityListeners: ((percent: number) => void)[] = [];
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const { kind = "" } = root.dataset;

  const opacity = part<HTMLInputElement>(root, "[data-opacity]");
  opacity.value = String(state().opacity);
  opacity.addEventListener("input", () => {
    for (const listener of opacityListeners) listener(opacity.valueAsNumber);
  });
  opacity.addEventListener("change", () => change({ opacity: opacity.valueAsNumber }));

  for (const name of ["radius", "intensity"] as const) {
    const range = part<HTMLInputElement>(root, `[data-${name}]`);
    range.value = String(state()[name]);
    part(root, `.inline:has([data-${name}])`).hidden = !BLURRED.includes(kind);
    range.addEventListener("change", () => {
      change({ [name]: range.valueAsNumber });
      changed();
    });
  }

  const buttons = COLOURS.map((colours) => ({
    colours,
    button: part<HTMLButtonElement>(root, `[data-colours="${colours}"]`),
  }));
  const press = () => {
    for (const { colours, button } of buttons) {
      button.setAttribute("aria-pressed", String(colours === state().colours));
    }
  };
  press();
  part(root, ".segmented:has([data-colours])").hidden = OWN_COLOURS.includes(kind);
  for (const { colours, button } of buttons) {
    button.addEventListener("click", () => {
      change({ colours });
      press();
      changed();
    });
  }

  const same = root.querySelector<HTMLInputElement>("[data-same]");
  if (same) {
    same.checked = state().same;
    part(root, ".inline:has([data-same])").hidden = !BLURRED.includes(kind);
    same.addEventListener("change", () => {
      change({ same: same.checked });
      changed();
    });
  }

  return {
    state,
    change,
    onOpacity: (listener) => {
      opacityListeners.push(listener);
      listener(state().opacity);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** Other kinds, devices, pages and times are looked at in the same way; only their recorded pages are others. */
export function startLinks(state: () => ViewState): void {
  const plain = () => ({ ...state(), backdrop: "", otherBackdrop: "", sort: "" });
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-keep-view]")) {
    link.addEventListener("click", () => {
      const url = new URL(link.href);
      url.search = withViewState(url.searchParams, plain()).toString();
      link.href = url.href;
    });
  }
  document.querySelector<HTMLFormElement>("form.filters")?.addEventListener("formdata", (event) => {
    const told = withViewState(new URLSearchParams(), { ...plain(), sort: state().sort });
    for (const [name, value] of told) event.formData.set(name, value);
  });
}
