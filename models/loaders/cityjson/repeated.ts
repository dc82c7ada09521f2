// Ids that stand more than once in `CityObjects`: any JSON reader keeps one of the objects and drops the others unsaid.
// Fed by    the text of a file, sound or broken
// Gives     the ids, each once
// Must not  throw

const QUOTE = 34;
const BACKSLASH = 92;

/** The ids that `CityObjects` of a CityJSON text has more than once, as they are spelled. */
export function repeatedObjects(text: string): string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let isInObjects = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 123 || code === 91)
      depth++; // { [
    else if (code === 125 || code === 93) depth--; // } ]
    if (code !== QUOTE) continue;
    const end = endOfString(text, at);
    const isKey = depth <= 2 && /^\s*:/.test(text.slice(end + 1, end + 20));
    if (isKey && depth === 1) isInObjects = text.slice(at, end + 1) === '"CityObjects"';
    else if (isKey && isInObjects) {
      const id = text.slice(at + 1, end);
      if (seen.has(id)) repeated.add(id);
      seen.add(id);
    }
    at = end;
  }
  return [...repeated];
}

/** Where the quote stands that closes the string that opens at `start`; the end of the text when none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end < 0 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
  return slashes % 2 === 1;
}
