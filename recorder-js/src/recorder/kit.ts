// What the parts that are loaded later take from the core, in an order of their build.

/** Filled in by build-recorder.mjs; unbundled parts import what they need. */
export const kit: readonly unknown[] = [];
