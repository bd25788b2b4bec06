// What fingers did, from where each went down and came up. Pure.

export interface Finger {
  readonly x: number;
  readonly y: number;
  toX: number;
  toY: number;
}

const SLOP_PX = 10;
const PRESS_MS = 500;
const PINCHED = 0.1;

/** @param duration ms from the first finger's coming to the last one's going */
export function classify(
  fingers: readonly Finger[],
  duration: number,
): { readonly action: "tap" | "press" | "swipe" | "pinch"; readonly scale: number } {
  const [a, b] = fingers;
  if (a && b) {
    const before = Math.hypot(a.x - b.x, a.y - b.y);
    const scale = before ? Math.hypot(a.toX - b.toX, a.toY - b.toY) / before : 1;
    if (Math.abs(scale - 1) > PINCHED) return { action: "pinch", scale: Math.round(scale * 100) };
  }
  const moved = fingers.some(({ x, y, toX, toY }) => Math.hypot(toX - x, toY - y) > SLOP_PX);
  const still = duration >= PRESS_MS ? "press" : "tap";
  return { action: moved ? "swipe" : still, scale: 100 };
}
