// Which element a person meant who hit one: recorder and pages that pick elements share it.

const INTERACTIVE =
  "a,button,input,label,select,textarea,summary,option,[onclick],[role=button],[role=link],[role=tab]," +
  "[role=menuitem],[role=option],[role=checkbox],[role=radio],[role=switch]";

/** The element that a person meant who hit this one: the button rather than the icon in it. */
export function meant(element: Element): Element {
  return element.closest(INTERACTIVE) ?? element;
}
