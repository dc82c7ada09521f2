// Bytes to text, for the loaders of XML formats.
// Fed by    the bytes of one file
// Gives     its text without byte order mark, and the encoding that it was read with
// Must not  throw: any bytes are some text
// E1  a byte order mark decides, then what the XML declaration names when the bytes agree, then plain-text.ts
// Source: XML 1.0, appendix F (detection of character encodings)

import { decodePlainText } from "./plain-text.ts";

export interface XmlText {
  text: string;
  encoding: string;
  /** What the declaration names, when the file was read as something else. */
  declared?: string;
  /** It is longer than a string may be. */
  isTooLong?: true;
}

const DECLARATION_BYTES = 200;
const DECLARED = /^<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;

export function decodeXml(bytes: Uint8Array): XmlText {
  try {
    return decoded(bytes);
  } catch {
    return { text: "", encoding: "", isTooLong: true };
  }
}

function decoded(bytes: Uint8Array): XmlText {
  const unmarked = utf16Without(bytes);
  if (unmarked) return { text: new TextDecoder(unmarked).decode(bytes), encoding: unmarked };
  const head = new TextDecoder("latin1")
    .decode(bytes.subarray(0, DECLARATION_BYTES))
    .replace(/^\u00ef\u00bb\u00bf/, "");
  const declared = DECLARED.exec(head)?.[1];
  const named = declared === undefined ? undefined : decoderFor(declared);
  // UTF-16 has a byte order mark or was found above: text that could be read as bytes is not that.
  if (named && !/^utf-/.test(named.encoding)) {
    try {
      return { text: named.decode(bytes), encoding: named.encoding };
    } catch {
      // The declaration is wrong: what the bytes say counts.
    }
  }
  const plain = decodePlainText(bytes);
  const isAsDeclared = declared === undefined || named?.encoding === plain.encoding;
  return isAsDeclared ? plain : { ...plain, declared };
}

/** UTF-16 without a byte order mark, by its first character `<`. */
function utf16Without([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0x3c && second === 0) return "utf-16le";
  return first === 0 && second === 0x3c ? "utf-16be" : undefined;
}

function decoderFor(label: string): TextDecoder | undefined {
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return undefined;
  }
}
