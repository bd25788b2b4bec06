/** Width and height of the top document, CSS px. */
export function documentSize(): readonly [number, number] {
  const { scrollWidth, scrollHeight } = document.scrollingElement ?? document.documentElement;
  return [scrollWidth, scrollHeight];
}
