// Numbers for nodes. They hold no node alive.

export interface NodeIds {
  /** The number of a recorded node, or undefined. */
  get(node: Node): number | undefined;
  /** Gives the next number. */
  give(node: Node): number;
  delete(node: Node): void;
  /** The number that `give` will give next. */
  next(): number;
  /** Forgets everything; numbers start at 1 again. */
  clear(): void;
}

export function createNodeIds(): NodeIds {
  let ids = new WeakMap<Node, number>();
  let next = 1;
  return {
    get: (node) => ids.get(node),
    give(node) {
      ids.set(node, next);
      return next++;
    },
    delete: (node) => ids.delete(node),
    next: () => next,
    clear() {
      ids = new WeakMap();
      next = 1;
    },
  };
}
