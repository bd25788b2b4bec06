// Which build this is: what is loaded later must be of the same one.

declare const FOOTFALL_BUILD: string | undefined;

/** Set by build.mjs: a digest of all that visitors are sent. */
export const BUILD = typeof FOOTFALL_BUILD === "string" ? FOOTFALL_BUILD : "source";
