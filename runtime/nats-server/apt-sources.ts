// Reads the package sources of a Debian-like machine: the one-line format (`.list`) and deb822 (`.sources`).
// Fed by the files that apt itself reads. Gives the enabled binary sources. See sources.list(5).
// A1  pure: text in, sources out; a line or stanza that cannot be read is left out, as it names no usable mirror
// A2  options keep their deb822 names, whichever format they came in

export interface AptSource {
  uris: string[];
  suites: string[];
  components: string[];
  /** Further options by deb822 field name in lower case (`signed-by`, `trusted`), values verbatim, inline keys included. */
  options: Map<string, string>;
}

/** One-line format: `deb [signed-by=/path arch=amd64] URI SUITE COMPONENT...`, `#` starts a comment. */
export function parseOneLineSources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split(/\r?\n/)) {
    // A cdrom's URI holds brackets and blanks ("cdrom:[Debian 12]/"); no network mirror does, so such a line is no match.
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^\s[\]#]+)\s+([^\s#]+)([^#]*)/.exec(line);
    const [, optionText, uri, suite, components] = match ?? [];
    if (uri === undefined || suite === undefined) continue;
    const options = parseOneLineOptions(optionText ?? "");
    sources.push({ uris: [uri], suites: [suite], components: words(components ?? ""), options });
  }
  return sources;
}

/** Option names of the one-line format that differ from their deb822 field (the plural ones). */
const FIELD_OF_OPTION: Record<string, string> = { arch: "architectures", lang: "languages", target: "targets" };

function parseOneLineOptions(text: string): Map<string, string> {
  const options = new Map<string, string>();
  for (const option of words(text)) {
    const match = /^([a-z-]+?)[+-]?=(.*)$/i.exec(option);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined) continue;
    const field = name.toLowerCase();
    options.set(FIELD_OF_OPTION[field] ?? field, value.replaceAll(",", " "));
  }
  return options;
}

/** deb822: stanzas of `Field: value` parted by empty lines; a line that starts with a blank goes on with the field above it. */
export function parseDeb822Sources(text: string): AptSource[] {
  const sources: AptSource[] = [];
  const withoutComments = text.split(/\r?\n/).filter((line) => !line.startsWith("#"));
  for (const stanza of withoutComments.join("\n").split(/\n[ \t]*\n/)) {
    const fields = parseFields(stanza);
    const take = (field: string): string[] => {
      const value = fields.get(field) ?? "";
      fields.delete(field);
      return words(value);
    };
    const [types, uris, suites, components] = [take("types"), take("uris"), take("suites"), take("components")];
    const enabled = !/^(no|false|without|off|disable|0)$/i.test(take("enabled").join(" "));
    if (enabled && types.includes("deb") && uris.length > 0)
      sources.push({ uris, suites, components, options: fields });
  }
  return sources;
}

function parseFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let field = "";
  for (const line of stanza.split("\n")) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      field = name.toLowerCase();
      fields.set(field, (value ?? "").trimEnd());
    } else if (field !== "" && /^[ \t]+\S/.test(line)) {
      fields.set(field, `${fields.get(field) ?? ""}\n${line.trimEnd()}`);
    }
  }
  return fields;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
