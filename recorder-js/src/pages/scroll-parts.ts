// The parts of a recorded page that scroll by themselves do so under the viewer's wheel, and the heatmap with them.

const REDRAW_AFTER_MS = 150;

/** The parts of the page that have more than they show. */
function scrollable(page: Document): readonly Element[] {
  const view = page.defaultView;
  return Array.from(page.querySelectorAll("body *")).filter((one) => {
    const isLong = one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1;
    if (!isLong || !view) return false;
    const { overflowX, overflowY } = view.getComputedStyle(one);
    return /auto|scroll/.test(overflowX + overflowY);
  });
}

/** Let what is under a point of the page scroll; whether it did. Coordinates in CSS px of the page. */
function scrollUnder(page: Document, x: number, y: number, right: number, down: number): boolean {
  const view = page.defaultView;
  const [left, top] = [x - (view?.scrollX ?? 0), y - (view?.scrollY ?? 0)];
  const under = scrollable(page).filter((one) => {
    const box = one.getBoundingClientRect();
    return left >= box.left && left <= box.right && top >= box.top && top <= box.bottom;
  });
  for (const one of under.reverse()) {
    const before = [one.scrollLeft, one.scrollTop];
    one.scrollBy(right, down);
    if (one.scrollLeft !== before[0] || one.scrollTop !== before[1]) return true;
  }
  return false;
}

/** Listens over the stage's page; `moved` is called when a part has come to rest. */
export function scrollParts(
  over: HTMLElement,
  pageOf: () => Document | undefined,
  moved: () => void,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  over.addEventListener(
    "wheel",
    (event) => {
      const page = pageOf();
      const edge = over.getBoundingClientRect();
      const scale = edge.width / (page?.documentElement.clientWidth || edge.width);
      const [x, y] = [(event.clientX - edge.left) / scale, (event.clientY - edge.top) / scale];
      if (!page || !scrollUnder(page, x, y, event.deltaX, event.deltaY)) return;
      event.preventDefault();
      clearTimeout(timer);
      timer = setTimeout(moved, REDRAW_AFTER_MS);
    },
    { passive: false },
  );
}
