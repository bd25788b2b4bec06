// Which layer of a heatmap is looked at: chosen beside the recorded page, kept in the address.
import { type LayerState, layerText } from "./layers.ts";

const PARAMETER = "layer";

/** The layer that the address names; undefined for the page itself. */
export function chosenLayer(layers: readonly LayerState[]): LayerState | undefined {
  const name = new URLSearchParams(location.search).get(PARAMETER) ?? "";
  return layers.find(({ state }) => state === name);
}

/** Puts the choice before `next`, where there is one to make. */
export function showLayers(
  next: HTMLElement,
  layers: readonly LayerState[],
  changed: () => void,
): void {
  if (layers.length === 0) return;
  const label = document.createElement("label");
  label.className = "inline picker";
  const select = document.createElement("select");
  select.className = "input";
  select.append(
    new Option("Nothing open", ""),
    ...layers.map((layer) => new Option(layerText(layer), layer.state)),
  );
  select.value = chosenLayer(layers)?.state ?? "";
  select.addEventListener("change", () => {
    const query = new URLSearchParams(location.search);
    if (select.value) query.set(PARAMETER, select.value);
    else query.delete(PARAMETER);
    history.replaceState(history.state, "", `${location.pathname}?${query}`);
    changed();
  });
  label.append("Layer ", select);
  next.before(label);
}
