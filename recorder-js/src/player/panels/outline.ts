// A tree as the lines that are open. Pure.

export interface Row<N> {
  readonly node: N;
  /** From 1, as aria-level counts. */
  readonly level: number;
  readonly isOpen: boolean;
  readonly hasChildren: boolean;
}

/** The lines of a tree in order, at most `limit`; without recursion, as pages can be deep. */
export function outline<N>(
  root: N,
  children: (node: N) => readonly N[],
  isOpen: (node: N) => boolean,
  limit: number,
): readonly Row<N>[] {
  const rows: Row<N>[] = [];
  const todo: { readonly node: N; readonly level: number }[] = [{ node: root, level: 1 }];
  while (rows.length < limit) {
    const next = todo.pop();
    if (next === undefined) break;
    const its = children(next.node);
    const open = its.length > 0 && isOpen(next.node);
    rows.push({ ...next, isOpen: open, hasChildren: its.length > 0 });
    for (let at = its.length - 1; open && at >= 0; at--) {
      const node = its[at];
      if (node !== undefined) todo.push({ node, level: next.level + 1 });
    }
  }
  return rows;
}
