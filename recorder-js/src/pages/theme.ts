// Light or dark; started before anything is drawn, so that no page flashes in the wrong colours.

const KEY = "footfall-theme";

type Theme = "light" | "dark";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off: the system's choice holds
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this page only.
  }
}

function chosen(systemIsDark: boolean): Theme {
  const kept = stored();
  if (kept === "light" || kept === "dark") return kept;
  return systemIsDark ? "dark" : "light";
}

export function startTheme(root: HTMLElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    root.dataset.theme = chosen(system.matches);
  };
  root.dataset.js = "";
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element) || !target.closest("[data-theme-toggle]")) return;
    store(root.dataset.theme === "dark" ? "light" : "dark");
    apply();
  });
}
