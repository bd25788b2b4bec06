// Where animations stand, as operations tell it. Pure.

import type { AnimateOp, FrameOp, MotionOp } from "../wire/read-frames.ts";
import { Op } from "../wire/wire.gen.ts";
import type { Motion, NodeState, Tree, TreeNode } from "./tree.ts";

const MAX_MOTIONS = 16;
const GONE = 2;

export function motionKey(pseudo: string, name: string): string {
  return `${pseudo} ${name}`;
}

/** Its current time at a time. */
export function positionAt({ at, current, rate }: Motion, time: number): number {
  return current + (time - at) * rate;
}

/** The state that an operation on an animation leads to. */
export function moved(
  tree: Tree,
  node: TreeNode,
  op: Extract<FrameOp, { readonly op: typeof Op.Animate | typeof Op.Motion | typeof Op.SvgTime }>,
): readonly [keyof NodeState, NodeState] {
  if (op.op === Op.SvgTime) {
    return ["svgTime", { svgTime: { at: tree.time, current: op.current, paused: op.paused } }];
  }
  const motions = new Map(node.state.motions);
  const key = motionKey(op.pseudo, op.name);
  const motion = op.op === Op.Animate ? told(tree, op) : standing(tree, op, motions.get(key));
  motions.delete(key);
  motions.set(key, motion);
  if (motions.size > MAX_MOTIONS) prune(motions, tree.time);
  return ["motions", { motions }];
}

function told(tree: Tree, op: AnimateOp): Motion {
  return { at: tree.time, current: 0, rate: 0, script: op };
}

function standing(tree: Tree, op: MotionOp, before: Motion | undefined): Motion {
  const motion = {
    at: tree.time,
    current: op.current,
    rate: op.state === 1 ? op.rate / 1000 : 0,
    gone: op.state === GONE,
  };
  return before?.script === undefined ? motion : { ...motion, script: before.script };
}

/** Scripted ones that ended and left nothing; then the oldest. */
function prune(motions: Map<string, Motion>, time: number): void {
  for (const [key, motion] of motions) {
    if (isOver(motion, time)) motions.delete(key);
  }
  for (const key of motions.keys()) {
    if (motions.size <= MAX_MOTIONS * 4) break;
    motions.delete(key);
  }
}

/** Whether a scripted animation shows nothing any more. */
export function isOver(motion: Motion, time: number): boolean {
  if (motion.gone === true) return true;
  if (motion.script === undefined || motion.rate <= 0) return false;
  const [delay = 0, endDelay = 0, duration = 0, iterations = 0, , , fill = 0] =
    motion.script.timing;
  if (iterations < 0 || fill === 1 || fill === 3) return false;
  return positionAt(motion, time) > delay + (duration * iterations) / 1000 + endDelay;
}
