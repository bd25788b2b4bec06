// What every page does: local times, menus that close, filters that apply when they are changed.
import { keepTimes } from "./times.ts";

function closeMenus(): void {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}

function startFilters(form: HTMLFormElement): void {
  const period = form.querySelector<HTMLSelectElement>("[data-period]");
  const days = [...form.querySelectorAll<HTMLElement>("[data-custom]")];
  form.addEventListener("change", (event) => {
    const isCustom = period?.value === "custom";
    for (const field of days) field.hidden = !isCustom;
    if (event.target === period && isCustom) {
      days[0]?.querySelector("input")?.focus();
      return; // there is no day yet
    }
    form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    const zone = form.querySelector<HTMLInputElement>("[data-zone]");
    if (zone) zone.value = period?.value ? String(-new Date().getTimezoneOffset()) : "";
    // What is not set stays out of the address.
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      const isIdle = field.closest("[data-custom]") !== null && period?.value !== "custom";
      field.disabled = field.value === "" || isIdle;
    }
  });
  // Back in the history, the browser may show the page as it was left.
  addEventListener("pageshow", () => {
    for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
      field.disabled = false;
    }
  });
}

keepTimes(document);
closeMenus();
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-auto-submit]")) {
  startFilters(form);
}
