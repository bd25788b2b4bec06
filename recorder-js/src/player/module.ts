// The player alone, as an ES module: `import { createPlayer, apiSource } from ".../player.js"` (docs/player.md).

export type { Gap } from "./gaps.ts";
export { createPlayer, type Player, type PlayerChange } from "./player.ts";
export { apiSource, type Manifest, type Source, splitChunks } from "./source.ts";
