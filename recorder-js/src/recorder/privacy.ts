// What leaves the page instead of what was there. Pure: texts in, texts out.

/** How much of a text is shown, most first. Plain constants, as the bundler puts those in place. */
export type Mask = 0 | 1 | 2 | 3 | 4;
/** Named by data-footfall="unmask": shown as it is, form fields too. */
export const NAMED = 0;
/** Texts as they are, form fields masked. */
export const OPEN = 1;
/** E-mail addresses and long runs of digits masked. */
export const BALANCED = 2;
/** Every text masked, media left out. */
export const STRICT = 3;
/** What people typed into the page itself (contenteditable): only its length. */
export const FIELD = 4;

const BULLET = "•";
const CONSTANT = BULLET.repeat(8);

// Every repetition is bounded, so that no text makes these slow.
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}/gu;
const DIGITS = /\p{Nd}(?:[\s().+/-]{0,3}\p{Nd}){6,64}/gu;
const WORTH_A_LOOK = /@|\p{Nd}[\s\S]{0,3}\p{Nd}/u;
const WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/gu;

/** Keeps class (upper, lower, wide, digit), punctuation and white space, and so about the width. */
function veil(text: string): string {
  return text
    .replace(WIDE, "口")
    .replace(/(?!口)\p{Lu}/gu, "X")
    .replace(/(?!口|X)\p{L}/gu, "x")
    .replace(/\p{N}/gu, "0");
}

/** The text of a page under a mask. */
export function maskText(text: string, mask: Mask): string {
  if (mask <= OPEN) return text;
  if (mask === FIELD) return text.replace(/\S/gu, BULLET);
  if (mask === STRICT) return veil(text);
  return WORTH_A_LOOK.test(text) ? text.replace(EMAIL, veil).replace(DIGITS, veil) : text;
}

const COMMENTS = /("(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*')|\/\*[\s\S]*?\*\//g;
const SHOWN_CSS =
  /((?:content|--[\w-]+)\s*:)((?:"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[^;}"'])*)/gi;
const CSS_PARTS =
  /url\(\s*(?:"[^"]*"|'[^']*'|[^)]*)\s*\)|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[^"'@\s]*@[^"'\s]*/gi;

/** CSS without its comments, and with the texts in it that it shows (or holds for scripts) under a mask. */
export function maskCss(css: string, mask: Mask): string {
  const bare = css.includes("/*") ? css.replace(COMMENTS, "$1") : css;
  if (mask <= OPEN || !/content|--/i.test(bare)) return bare;
  return bare.replace(SHOWN_CSS, (_, name: string, value: string) => {
    const masked = value.replace(CSS_PARTS, (part) => {
      if (/^url\(/i.test(part)) return part;
      // Escapes are signs of an icon font, not letters.
      if (/^["']/.test(part)) {
        return part.replace(/\\[\da-f]{1,6}|[^\\]+/gi, (text) =>
          text[0] === "\\" ? text : maskText(text, mask),
        );
      }
      return maskText(part, BALANCED);
    });
    return name + masked;
  });
}

/** The value of a form field under a mask; of a secret one not even the length is told. */
export function maskValue(value: string, mask: Mask, secret: boolean): string {
  if (secret) return value && CONSTANT;
  if (mask === NAMED) return value;
  const isPlain = /^[ -~]*$/.test(value);
  return isPlain ? BULLET.repeat(value.length) : value.replace(/[^\n]/gu, BULLET);
}

/** Whether a field with this type and autocomplete may never be shown, whatever the page allows. */
export function isSecret(type: string, autocomplete: string): boolean {
  return (
    /^(password|file|hidden)$/i.test(type) ||
    /(^|\s)(cc-\S*|one-time-code|(current|new)-password)(\s|$)/i.test(autocomplete)
  );
}

/** The mask inside an element, from the one around it and its own rule and attribute. */
export function maskInside(
  around: Mask,
  normal: Mask,
  rule: "mask" | "unmask" | undefined,
  editable: string | null,
): Mask {
  if (rule === "unmask") return NAMED;
  if (editable !== null && editable !== "false") return FIELD;
  const inherited = editable === "false" && around === FIELD ? normal : around;
  return rule === "mask" && inherited < STRICT ? STRICT : inherited;
}
