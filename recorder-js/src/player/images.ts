// Waits for what a page shows besides its DOM.

const POLL_MS = 50;

/** Resolves when fonts and images are there, or after so many ms. */
export async function imagesLoaded(document: Document, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  await Promise.race([document.fonts.ready, pause(withinMs)]);
  while (performance.now() < end) {
    const images = Document.prototype.querySelectorAll.call(document, "img[src]");
    if (Array.from(images).every((image) => Reflect.get(image, "complete") === true)) return;
    await pause(POLL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
