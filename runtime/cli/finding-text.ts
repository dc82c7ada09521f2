// Findings on lines: `error  IFC_GUID_DUPLICATE  bim/a.ifc #12: message  hint`.
// F1  of one code and file the first are shown, and how many more there are

import type { Finding } from "../../models/finding.ts";

/** Findings of one code in one file that are shown; more of them say nothing new, and would hide the others. */
const MAX_SHOWN = 5;

function findingText({ severity, code, file, at, message, hint }: Finding): string {
  return `${severity.padEnd(7)} ${code}  ${file}${at ? ` ${at}` : ""}: ${message}  ${hint}`;
}

/** The findings as lines, those of one code and file together, in the order of the first of each. */
export function findingLines(findings: readonly Finding[]): string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.severity, finding.code, finding.source, finding.file]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap((group) => {
    // One more is as short as the line that would stand for it.
    const shown = group.length > MAX_SHOWN + 1 ? group.slice(0, MAX_SHOWN) : group;
    const { severity, code, file } = group[0]!;
    const more = `${severity.padEnd(7)} ${code}  ${file}: ${group.length - shown.length} more of these; quartier check --json lists all`;
    return [...shown.map(findingText), ...(shown.length < group.length ? [more] : [])];
  });
}
