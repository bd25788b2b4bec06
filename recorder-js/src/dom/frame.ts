// From a document to the frame around it, and back.

/** The frame element around a document, where its page may know it. */
export function frameOf(document: Document): Element | undefined {
  try {
    return document.defaultView?.frameElement ?? undefined;
  } catch {
    return undefined;
  }
}

/** The document inside a frame element, where the page around may read it. */
export function documentOf(frame: Element): Document | undefined {
  try {
    return (
      ("contentDocument" in frame && (frame as HTMLIFrameElement).contentDocument) || undefined
    );
  } catch {
    return undefined;
  }
}
