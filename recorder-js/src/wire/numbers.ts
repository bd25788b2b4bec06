// Texts whose numbers change and whose words do not, as `style` in an animation: the words once, then the numbers'
// differences. Exact: what is split and joined again is the same text.

/** A text with its numbers taken out. */
export interface Numbers {
  /** The text with a HOLE for each number. */
  readonly words: string;
  /** Each number times ten to the power of its scale: 12.5 is 1250 at scale 2. */
  readonly values: readonly number[];
  readonly scales: readonly number[];
}

const HOLE = "\0";
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6];
// Only numbers as JavaScript writes them: no leading or trailing zeros, no exponent, no minus before zero.
const NUMBER = /-?[1-9]\d{0,8}(?:\.\d{0,5}[1-9])?|-?0\.\d{0,5}[1-9]|0/g;

/** Undefined where there is nothing to gain. `like`: scales are at least as there, so that differences are possible. */
export function splitNumbers(text: string, like?: Numbers): Numbers | undefined {
  const numbers = text.match(NUMBER);
  if (!numbers || text.includes(HOLE)) return undefined;
  const scales = numbers.map((number, index) => {
    const point = number.indexOf(".");
    return Math.max(point < 0 ? 0 : number.length - 1 - point, like?.scales[index] ?? 0);
  });
  const values = numbers.map((number, index) =>
    Math.round(Number(number) * (POWERS[scales[index] ?? 0] ?? 1)),
  );
  return { words: text.replace(NUMBER, HOLE), values, scales };
}

export function joinNumbers({ words, values, scales }: Numbers): string {
  let at = 0;
  return words.replace(/\0/g, () => {
    const text = decimal(values[at] ?? 0, scales[at] ?? 0);
    at++;
    return text;
  });
}

function decimal(value: number, scale: number): string {
  const digits = String(Math.abs(value)).padStart(scale + 1, "0");
  const point = digits.length - scale;
  const fraction = digits.slice(point).replace(/0+$/, "");
  return (value < 0 ? "-" : "") + digits.slice(0, point) + (fraction && `.${fraction}`);
}

/** Whether two texts differ in their numbers only, at the same scales. */
export function areAlike(a: Numbers, b: Numbers): boolean {
  return a.words === b.words && a.scales.every((scale, index) => scale === b.scales[index]);
}
