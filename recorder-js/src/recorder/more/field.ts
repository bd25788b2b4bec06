// Form fields: which one an element belongs to, of what kind it is, how much is in it.

import { isSecretField } from "../attributes.ts";

/** The form field that an element is or belongs to. */
export function fieldOf(element: Element): Element | undefined {
  if (/^(input|textarea|select)$/.test(element.localName)) return element;
  return element.closest('[contenteditable]:not([contenteditable="false"])') ?? undefined;
}

/** What kind of field it is. */
export function kindOf(field: Element): string {
  const { localName } = field;
  if (localName === "input") return (field as HTMLInputElement).type;
  return /^(textarea|select|form)$/.test(localName) ? localName : "editable";
}

/** Characters of what was typed; 0 where nothing is, -1 where it must not be told. */
export function lengthOf(field: Element): number {
  if (isSecretField(field)) return -1;
  const { localName } = field;
  if (localName === "textarea") return (field as HTMLTextAreaElement).value.length;
  if (localName === "input") {
    const { type, value } = field as HTMLInputElement;
    return /^(checkbox|radio|range|color|submit|button|reset|image)$/.test(type) ? 0 : value.length;
  }
  return /^(select|form)$/.test(localName) ? 0 : (field.textContent?.length ?? 0);
}
