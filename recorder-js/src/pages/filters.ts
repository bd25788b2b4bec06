// Forms of filters that apply when one is changed. Their changes are heard at the document, so that a form works as
// soon as it is seen, however late other scripts come.

const FORM = "form[data-auto-submit]";

/** From the head on: no form need be there yet. */
export function startFilters(): void {
  document.addEventListener("change", ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>(FORM) : null;
    if (form) apply(form, target);
  });
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.matches(FORM)) shorten(target);
  });
  // Back in the history, the browser may show the page as it was left.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>(FORM)) {
      for (const field of namedIn(form)) field.disabled = false;
    }
  });
}

function apply(form: HTMLFormElement, changed: EventTarget | null): void {
  const period = periodOf(form);
  const isCustom = period?.value === "custom";
  const days = [...form.querySelectorAll<HTMLElement>("[data-custom]")];
  for (const field of days) field.hidden = !isCustom;
  if (changed === period && isCustom) {
    days[0]?.querySelector("input")?.focus();
    return; // there is no day yet
  }
  form.requestSubmit();
}

/** What is not set stays out of the address. */
function shorten(form: HTMLFormElement): void {
  const period = periodOf(form);
  const zone = form.querySelector<HTMLInputElement>("[data-zone]");
  if (zone) zone.value = period?.value ? ownZone() : "";
  for (const field of namedIn(form)) {
    const isIdle = field.closest("[data-custom]") !== null && period?.value !== "custom";
    field.disabled = field.value === "" || isIdle;
  }
}

function periodOf(form: HTMLFormElement): HTMLSelectElement | null {
  return form.querySelector<HTMLSelectElement>("[data-period]");
}

function namedIn(form: HTMLFormElement): NodeListOf<HTMLInputElement | HTMLSelectElement> {
  return form.querySelectorAll("[name]");
}

/** The clock's name, which tells of its changes too; else by how many minutes it is ahead of UTC. */
export function ownZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone || String(-new Date().getTimezoneOffset());
}
