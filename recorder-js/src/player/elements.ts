// Elements of the player's own controls. All text goes in as text nodes: much of it comes from visitors.

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  element.append(...children);
  return element;
}

const ICONS = {
  play: "M7 4.5v15l12-7.5z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  back: "M12 5a7 7 0 1 1-6.7 5h2.2A5 5 0 1 0 12 7v3L7 6l5-4z",
  forward: "M12 5a7 7 0 1 0 6.7 5h-2.2A5 5 0 1 1 12 7v3l5-4-5-4z",
  previous: "M6 5h2.500v14H6zM19 5v14l-9.500-7z",
  next: "M15.500 5H18v14h-2.500zM5 5v14l9.500-7z",
  full: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z",
  link: "M10.600 13.400a1 1 0 0 1 0-1.400l3.500-3.500a1 1 0 1 1 1.400 1.400L12 13.400a1 1 0 0 1-1.400 0zM8 19.500A3.500 3.500 0 0 1 5.500 13.500l2.800-2.800 1.400 1.400-2.800 2.800a1.500 1.500 0 0 0 2.200 2.200l2.800-2.800 1.400 1.400-2.800 2.800A3.500 3.500 0 0 1 8 19.500zm7.700-6.200-1.400-1.400 2.800-2.800a1.500 1.500 0 0 0-2.200-2.200l-2.800 2.800-1.400-1.400 2.800-2.800a3.500 3.500 0 0 1 5 5z",
  note: "M5 4h14v11l-5 5H5zm2 2v12h6v-4h4V6zm2 2.500h6V10H9zm0 3h4V13H9z",
  download:
    "M11 4h2v8.200l3.300-3.300 1.400 1.400L12 16l-5.700-5.700 1.400-1.400 3.300 3.300zM5 18h14v2H5z",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-1 14h2v2h-2zm1-11c2.200 0 4 1.600 4 3.600 0 1.700-1.100 2.500-2 3.200-.7.600-1 .9-1 1.700v.5h-2v-.5c0-1.800 1-2.600 1.800-3.200.8-.6 1.200-1 1.200-1.700C14 8.800 13.100 8 12 8s-2 .8-2 1.800H8C8 7.600 9.800 6 12 6z",
} as const;

export type Icon = keyof typeof ICONS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name: Icon, label: string, act: () => void): HTMLButtonElement {
  const button = make("button", "ff-button", icon(name));
  button.type = "button";
  setLabel(button, label);
  button.addEventListener("click", act);
  return button;
}

export function textButton(text: string, label: string, act: () => void): HTMLButtonElement {
  const button = make("button", "ff-button ff-text-button", text);
  button.type = "button";
  setLabel(button, label);
  button.addEventListener("click", act);
  return button;
}

export function setLabel(element: HTMLElement, label: string): void {
  element.setAttribute("aria-label", label);
  element.title = label;
}

/** 83 000 ms → "1:23", 3 723 000 ms → "1:02:03". */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}
