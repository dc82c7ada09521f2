// Bytes to text, for the loaders of plain text formats that name no encoding of their own.
// Fed by    the bytes of one file
// Gives     its text, and the encoding that it turned out to have
// Must not  throw: any bytes are some text
// P1  a byte order mark decides; without one, what is valid UTF-8 is UTF-8, and all else is Windows-1252 (a superset of Latin-1)

export interface PlainText {
  text: string;
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
}

/** Decodes a text file of unknown encoding, without its byte order mark. */
export function decodePlainText(bytes: Uint8Array): PlainText {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded(bytes, "utf-16le");
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded(bytes, "utf-16be");
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return decoded(bytes, "windows-1252");
  }
}

function decoded(bytes: Uint8Array, encoding: PlainText["encoding"]): PlainText {
  return { text: new TextDecoder(encoding).decode(bytes), encoding };
}
