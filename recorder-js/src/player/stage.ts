// What is seen: the frame with the rebuilt page, scaled to fit, and over it the pointer, its trail and the clicks.
// The overlay lies outside the frame: nothing of the player is in the recorded page, and nothing of the page reaches out.

import { lastAtOrBefore, pointerAt, type Timeline } from "./timeline.ts";

export interface Stage {
  readonly frame: HTMLIFrameElement;
  resize(width: number, height: number): void;
  setFit(fit: boolean): void;
  /** @param scroll of the window: clicks are at places of the document */
  draw(timeline: Timeline, time: number, speed: number, scroll: readonly [number, number]): void;
  setNotice(text: string | undefined): void;
  stop(): void;
}

const TRAIL_MS = 1000;
const RIPPLE_MS = 700;
const LIFTED_MS = 250;
const COLOUR = "255, 92, 53";
const MAX_SIDE = 8192;

/** A frame that contains a recorded page: no scripts, no focus, no clicks. */
export function containFrame(frame: HTMLIFrameElement): void {
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.setAttribute("tabindex", "-1");
  frame.setAttribute("aria-hidden", "true");
  frame.inert = true;
  frame.style.pointerEvents = "none";
  frame.style.border = "0";
  // The page must not turn dark with the viewer's own setting; most visitors' is light, and the recording does not say.
  frame.style.colorScheme = "light";
}

/** Loads the empty document; resolves with it. */
export function openFrame(frame: HTMLIFrameElement, url: string): Promise<Document> {
  containFrame(frame);
  return new Promise((resolve, reject) => {
    frame.addEventListener(
      "load",
      () => {
        const document = frame.contentDocument;
        if (document === null) reject(new Error("The frame for the page did not open."));
        else resolve(document);
      },
      { once: true },
    );
    frame.src = url;
  });
}

export function createStage(element: HTMLElement): Stage {
  const stage = child(element, "div", "ff-stage");
  const page = child(stage, "div", "ff-page");
  const frame = child(page, "iframe", "ff-frame");
  containFrame(frame);
  const canvas = child(page, "canvas", "ff-overlay");
  const pointer = child(page, "div", "ff-pointer");
  pointer.hidden = true;
  const notice = child(stage, "div", "ff-notice");
  notice.setAttribute("role", "status");
  notice.hidden = true;
  let [width, height] = [1280, 720];
  let fit = true;

  function layOut(): void {
    const room = stage.getBoundingClientRect();
    const scale = fit ? Math.min(room.width / width, room.height / height, 1.5) : 1;
    page.style.width = `${width}px`;
    page.style.height = `${height}px`;
    page.style.transform = `scale(${scale})`;
    // Centred by hand: a scaled box keeps its unscaled room.
    page.style.left = `${Math.max(0, (room.width - width * scale) / 2)}px`;
    page.style.top = `${Math.max(0, (room.height - height * scale) / 2)}px`;
    stage.classList.toggle("ff-actual", !fit);
    pointer.style.setProperty("--ff-unscale", String(1 / Math.max(scale, 0.1)));
  }

  const observer = new ResizeObserver(layOut);
  observer.observe(stage);

  function drawPointer(timeline: Timeline, time: number): void {
    const at = pointerAt(timeline.pointer, time);
    pointer.hidden = at === undefined;
    if (at === undefined) return;
    pointer.classList.toggle("ff-touch", at.touch);
    pointer.style.translate = `${at.x}px ${at.y}px`;
  }

  return {
    frame,
    resize(newWidth, newHeight) {
      [width, height] = [within(newWidth), within(newHeight)];
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      frame.width = String(width);
      frame.height = String(height);
      layOut();
    },
    setFit(wanted) {
      fit = wanted;
      layOut();
    },
    draw(timeline, time, speed, scroll) {
      const pen = canvas.getContext("2d");
      if (pen === null) return;
      pen.clearRect(0, 0, canvas.width, canvas.height);
      drawTrail(pen, timeline, time, TRAIL_MS * Math.max(1, speed / 2));
      drawClicks(pen, timeline, time, RIPPLE_MS * Math.max(1, speed), scroll);
      drawPointer(timeline, time);
    },
    setNotice(text) {
      notice.hidden = text === undefined;
      if (text !== undefined && notice.textContent !== text) notice.textContent = text;
    },
    stop() {
      observer.disconnect();
      stage.remove();
    },
  };
}

function within(side: number): number {
  return Math.round(Math.min(Math.max(side, 1), MAX_SIDE)) || 1;
}

function child<K extends keyof HTMLElementTagNameMap>(
  parent: HTMLElement,
  tag: K,
  className: string,
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
}

function drawTrail(
  pen: CanvasRenderingContext2D,
  { pointer }: Timeline,
  time: number,
  length: number,
): void {
  const end = lastAtOrBefore(pointer.times, time);
  const start = Math.max(0, lastAtOrBefore(pointer.times, time - length));
  pen.lineWidth = 3;
  pen.lineCap = "round";
  for (let index = start + 1; index <= end; index++) {
    if (isLifted(pointer, index)) continue;
    const age = (time - (pointer.times[index] ?? 0)) / length;
    pen.strokeStyle = `rgba(${COLOUR}, ${Math.max(0, 0.6 * (1 - age))})`;
    pen.beginPath();
    pen.moveTo(pointer.xs[index - 1] ?? 0, pointer.ys[index - 1] ?? 0);
    pen.lineTo(pointer.xs[index] ?? 0, pointer.ys[index] ?? 0);
    pen.stroke();
  }
}

/** Between two touches the finger is in the air: no line leads from one to the other. */
function isLifted({ touch, times }: Timeline["pointer"], index: number): boolean {
  return touch[index] === true && (times[index] ?? 0) - (times[index - 1] ?? 0) > LIFTED_MS;
}

function drawClicks(
  pen: CanvasRenderingContext2D,
  { clicks }: Timeline,
  time: number,
  length: number,
  [scrollX, scrollY]: readonly [number, number],
): void {
  pen.lineWidth = 3;
  for (const click of clicks) {
    const age = (time - click.time) / length;
    if (age < 0 || age > 1) continue;
    const x = click.pageX - scrollX;
    const y = click.pageY - scrollY;
    pen.strokeStyle = `rgba(${COLOUR}, ${1 - age})`;
    pen.fillStyle = `rgba(${COLOUR}, ${0.35 * (1 - age)})`;
    pen.beginPath();
    pen.arc(x, y, 8 + 28 * age, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}
