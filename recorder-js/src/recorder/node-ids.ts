// Numbers for nodes. Each node carries its own under a private name: the page cannot see it, no map of the whole
// document grows with it, and the garbage collector has nothing more to trace (a WeakMap of 87,000 nodes cost it
// 150 ms of the main thread).

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

/** A constructor that returns what it was given makes the private field of a subclass a field of that. */
class Given {
  constructor(node: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what the class is for
    return node;
  }
}

class Numbered extends Given {
  #number = 0;

  static get(node: Node): number {
    return #number in node ? (node as unknown as Numbered).#number : 0;
  }

  static set(node: Node, number: number): void {
    if (!(#number in node)) new Numbered(node);
    (node as unknown as Numbered).#number = number;
  }
}

/** Counts on over all recordings of this page, so that no number of an earlier one is ever taken for one of this. */
let given = 0;

export function createNodeIds(): NodeIds {
  let base = given;
  return {
    get(node) {
      const number = Numbered.get(node) - base;
      return number > 0 ? number : undefined;
    },
    give(node) {
      Numbered.set(node, ++given);
      return given - base;
    },
    delete(node) {
      if (Numbered.get(node)) Numbered.set(node, 0);
    },
    next: () => given - base + 1,
    clear() {
      base = given;
    },
  };
}
