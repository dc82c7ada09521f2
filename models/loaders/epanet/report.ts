// What an .inp file wants printed: nothing for a twin, but EPANET refuses a file that says it wrongly.
// Fed by    [REPORT]
// Gives     findings only: the rows are kept as they stand

import type { EpanetFindings } from "./findings.ts";
import type { Row } from "./sections.ts";

/** First letters of the words that a row of [REPORT] may begin with: what to print, and the quantities of a table. */
const WORDS = [
  ...["PAGE", "STAT", "SUMM", "MESS", "ENER", "NODE", "LINK", "FILE"],
  ...["ELEV", "DEMA", "HEAD", "PRES", "QUAL", "LENG", "DIAM", "FLOW", "VELO", "SETT", "REAC", "F-FA"],
];

export function checkReport(rows: Row[], findings: EpanetFindings): void {
  for (const { line, tokens } of rows) {
    const isKnown = tokens.length > 1 && WORDS.some((word) => tokens[0]!.toUpperCase().startsWith(word));
    if (!isKnown) findings.add("EPANET_KEYWORD", `line ${line}`, `[REPORT] knows no "${tokens.join(" ")}"`);
  }
}
