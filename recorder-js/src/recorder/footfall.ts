// The entry of footfall.js: reads the script tag, offers window.footfall.

import { install } from "./api.ts";
import { readSettings } from "./settings.ts";

const { footfall } = window;
if (!footfall || Array.isArray(footfall)) {
  const script = document.currentScript as HTMLScriptElement | null;
  try {
    const settings = script && readSettings(script.dataset, script.src);
    if (settings) install(settings, footfall ?? []);
    else console.warn("Footfall: data-project is missing or not a project key.");
  } catch {
    // Not recording is better than disturbing the page.
  }
}
