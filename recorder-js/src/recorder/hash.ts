/** A 53-bit digest of a text in base 36: names an asset's URL without telling it. Not for secrets. */
export function digest(text: string): string {
  let low = 0x2f0b4c47;
  let high = 0x5bd1e995 ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul((high ^ (high >>> 15)) + code, 0x2c1b3c6d);
  }
  low = Math.imul(low ^ (low >>> 16) ^ high, 0x45d9f3b);
  high = Math.imul(high ^ (high >>> 13) ^ low, 0x297a2d39);
  return ((high & 0x1fffff) * 2 ** 32 + ((low ^ (low >>> 15)) >>> 0)).toString(36);
}
