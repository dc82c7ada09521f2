// quartier check: loads and validates a district, and shows what it is made of and what was found.
// Exit 0 without errors, 1 with.
// K1  --json lists every finding; a terminal gets the first of each code and file (finding-text.ts)

import type { Finding } from "../../models/finding.ts";
import { districtReport } from "../../models/load.ts";
import type { Census } from "../../models/loaders/loader.ts";
import { readDistrict } from "../read-district.ts";
import { type Arguments, districtOperand } from "./arguments.ts";
import { findingLines } from "./finding-text.ts";
import type { Terminal } from "./terminal.ts";

export async function check(args: Arguments, terminal: Terminal): Promise<number> {
  const loaded = await readDistrict(districtOperand(args), ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  const report = districtReport(loaded);
  const { findings } = loaded;
  if (args.json) terminal.print(JSON.stringify(report, undefined, 2));
  else {
    terminal.print(`district ${report.district}`);
    for (const [kind, count] of Object.entries(report.twins)) terminal.print(`${String(count).padStart(8)} ${kind}`);
    terminal.print(`${String(report.links).padStart(8)} links`);
    for (const { source, ...census } of report.sources) terminal.print(`${source}: ${censusText(census)}`);
    for (const line of findingLines(findings)) terminal.print(line);
    terminal.print(summary(findings));
  }
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

/** What became of what a source holds, in one line. */
function censusText({ read, kept, unknown }: Census): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([what, count]) => `${count} ${what}`)
      .join(", ") || "nothing";
  return `read ${list(read)}; kept as attributes ${list(kept)}; not understood ${list(unknown)}`;
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length;
  return `${count("error")} errors, ${count("warning")} warnings, ${count("info")} remarks`;
}
