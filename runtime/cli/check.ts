// quartier check: loads and validates a district, and shows what it is made of and what was found.
// Exit 0 without errors, 1 with.

import type { Finding } from "../../models/finding.ts";
import { districtReport } from "../../models/load.ts";
import { readDistrict } from "../read-district.ts";
import { type Arguments, districtOperand } from "./arguments.ts";
import type { Terminal } from "./terminal.ts";

export async function check(args: Arguments, terminal: Terminal): Promise<number> {
  const { district, findings } = await readDistrict(districtOperand(args), ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  const report = districtReport(district, findings);
  if (args.json) terminal.print(JSON.stringify(report, undefined, 2));
  else {
    terminal.print(`district ${report.district}`);
    for (const [kind, count] of Object.entries(report.twins)) terminal.print(`${String(count).padStart(8)} ${kind}`);
    terminal.print(`${String(report.links).padStart(8)} links`);
    for (const finding of findings) terminal.print(findingText(finding));
    terminal.print(summary(findings));
  }
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

/** `error  IFC_GUID_DUPLICATE  bim/a.ifc #12: message (hint)` on one line. */
export function findingText({ severity, code, file, at, message, hint }: Finding): string {
  return `${severity.padEnd(7)} ${code}  ${file}${at ? ` ${at}` : ""}: ${message}  ${hint}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  return `${count("error")} errors, ${count("warning")} warnings, ${count("info")} remarks`;
}
