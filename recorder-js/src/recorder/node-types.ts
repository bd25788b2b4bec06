// Values of Node.nodeType, as constants that the bundler puts in place.

export const ELEMENT = 1;
export const TEXT = 3;
export const CDATA = 4;
export const DOCUMENT = 9;
export const DOCTYPE = 10;
