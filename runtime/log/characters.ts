// Characters of JSON, by their codes. In a module of their own, as the bundle puts into their places only constants that come from another
// one, and to look up each of them would be a quarter of the time that reading a message takes.

/** " */
export const QUOTE = 34;
/** , */
export const COMMA = 44;
/** - */
export const MINUS = 45;
/** . */
export const POINT = 46;
/** 0 */
export const ZERO = 48;
/** 9 */
export const NINE = 57;
/** E */
export const UPPER_E = 69;
/** [ */
export const OPEN = 91;
/** A backslash. */
export const BACKSLASH = 92;
/** ] */
export const CLOSE = 93;
/** e */
export const LOWER_E = 101;
/** } */
export const END = 125;
