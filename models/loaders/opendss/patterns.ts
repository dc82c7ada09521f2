// Patterns of names that BatchEdit takes.
// Fed by    the text behind the class: `.*`, `sec.*`, `s1`
// Gives     whether a name matches; undefined for patterns that need a full engine of regular expressions
// Must not  hand the text of a file to such an engine: some expressions take it for ever

const PLAIN = /^[\w\- %&:#$@]*$/;

/** As OpenDSS's engine, a pattern matches anywhere in a name unless ^ and $ hold it to the ends. */
export function namesMatching(pattern: string): ((name: string) => boolean) | undefined {
  const fromStart = pattern.startsWith("^");
  const toEnd = pattern.endsWith("$");
  const parts = pattern
    .slice(fromStart ? 1 : 0, toEnd ? -1 : undefined)
    .toLowerCase()
    .split(".*");
  if (!parts.every((part) => PLAIN.test(part))) return undefined;
  return (name) => {
    const text = name.toLowerCase();
    let from = 0;
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const at = isLast && toEnd ? lastPlace(text, part, from) : text.indexOf(part, from);
      if (at < 0 || (index === 0 && fromStart && at !== 0)) return false;
      from = at + part.length;
    }
    return true;
  };
}

/** Where the last part of a pattern that ends with `$` stands; -1 when the name does not end with it. */
function lastPlace(text: string, part: string, from: number): number {
  const at = text.length - part.length;
  return at >= from && text.endsWith(part) ? at : -1;
}
