// Characters of JSON, by their codes. In a module of their own, as the bundle puts into their places only constants that come from another
// one, and to look up each of them would be a quarter of the time that reading a message takes.

/** A space. */
export const SPACE = 32;
/** " */
export const QUOTE = 34;
/** + */
export const PLUS = 43;
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
/** : */
export const COLON = 58;
/** E */
export const UPPER_E = 69;
/** [ */
export const OPEN = 91;
/** A backslash. */
export const BACKSLASH = 92;
/** ] */
export const CLOSE = 93;
/** b */
export const LOWER_B = 98;
/** e */
export const LOWER_E = 101;
/** n */
export const LOWER_N = 110;
/** t */
export const LOWER_T = 116;
/** u */
export const LOWER_U = 117;
/** v */
export const LOWER_V = 118;
/** { */
export const BEGIN = 123;
/** } */
export const END = 125;
/** ~ */
export const TILDE = 126;
