// The text of an .inp file as sections of rows.
// Fed by    the decoded text
// Gives     per section its rows: tokens, comment, line number
// Must not  know what a row means
// S1  a section is known by the first four letters of its name, in any case (EPANET 2.2 manual, appendix C)
// S2  what follows `;` is a comment; a token in double quotes may hold blanks; [END] ends the file

import type { EpanetFindings } from "./findings.ts";

const SECTIONS = [
  ...["TITLE", "JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES", "TAGS", "DEMANDS", "STATUS"],
  ...["PATTERNS", "CURVES", "CONTROLS", "RULES", "ENERGY", "EMITTERS", "LEAKAGE", "QUALITY", "SOURCES", "REACTIONS"],
  ...["MIXING", "TIMES", "REPORT", "OPTIONS", "COORDINATES", "VERTICES", "LABELS", "BACKDROP", "END"],
];
/** Not about the network: kept as text, and what they say is not looked at. */
const UNREAD = ["REPORT", "LABELS", "BACKDROP"];

/** Headings that no section has, of which rows are counted apart. */
const MAX_HEADINGS = 100;

export interface Row {
  line: number;
  tokens: string[];
  /** The row without its comment, trimmed. */
  text: string;
  comment: string;
}

export interface Sections {
  known: number;
  /** Sections that have rows, in the order of the file. */
  names(): string[];
  /** Rows under headings that no section has, and before the first one, by heading. */
  outside: ReadonlyMap<string, number>;
  /** Rows of a section, in file order; empty when the file does not have it. */
  rows(section: string): Row[];
}

export function readSections(text: string, findings: EpanetFindings): Sections {
  const rows = new Map<string, Row[]>();
  let known = 0;
  let current: string | undefined;
  let unknown: string | undefined;
  const outside = new Map<string, number>();
  let ended = false;
  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const line = index + 1;
    const { tokens, text, comment } = readLine(raw, current === "TITLE");
    const first = tokens[0];
    if (first === undefined) continue;
    if (first.startsWith("[")) {
      current = sectionOf(text);
      unknown = current === undefined ? text : undefined;
      if (unknown !== undefined) findings.add("EPANET_SECTION_UNKNOWN", `line ${line}`, `no section is called ${text}`);
      else known++;
      ended = current === "END";
      if (ended) break;
      continue;
    }
    if (current !== undefined) {
      const section = rows.get(current);
      if (section) section.push({ line, tokens, text, comment });
      else rows.set(current, [{ line, tokens, text, comment }]);
    } else {
      const heading = outside.has(unknown ?? "") || outside.size < MAX_HEADINGS ? (unknown ?? "") : "other sections";
      outside.set(heading, (outside.get(heading) ?? 0) + 1);
      if (unknown === undefined)
        findings.add("EPANET_TEXT_OUTSIDE", `line ${line}`, "a row before the first section was not read");
    }
  }
  if (known > 0 && !ended) findings.add("EPANET_END_MISSING", "", "the file ends without [END]");
  for (const section of UNREAD) {
    const unread = rows.get(section);
    if (unread)
      findings.add(
        "EPANET_SECTION_UNREAD",
        `line ${unread[0]?.line}`,
        `[${section}]: ${unread.length} rows are kept as they stand`,
      );
  }
  return { known, names: () => [...rows.keys()], outside, rows: (section) => rows.get(section) ?? [] };
}

function sectionOf(heading: string): string | undefined {
  const letters = heading
    .replace(/[[\]\s]/g, "")
    .slice(0, 4)
    .toUpperCase();
  if (letters === "END") return "END";
  return letters.length < 4 ? undefined : SECTIONS.find((section) => section.startsWith(letters));
}

function readLine(raw: string, isTitle: boolean): { tokens: string[]; text: string; comment: string } {
  const semicolon = raw.indexOf(";");
  // A title is free text, so that its quotes and brackets inside a line mean nothing.
  const text = (semicolon < 0 ? raw : raw.slice(0, semicolon)).trim();
  const comment = semicolon < 0 ? "" : raw.slice(semicolon + 1).trim();
  if (isTitle && !text.startsWith("[")) return { tokens: text === "" ? [] : [text], text, comment };
  return { tokens: tokensOf(text), text, comment };
}

function tokensOf(text: string): string[] {
  if (!text.includes('"')) return text === "" ? [] : text.split(/\s+/);
  return [...text.matchAll(/"([^"]*)"?|[^\s"]+/g)].map((token) => token[1] ?? token[0]);
}
