// A finding on one line: `error  IFC_GUID_DUPLICATE  bim/a.ifc #12: message  hint`.

import type { Finding } from "../../models/finding.ts";

export function findingText({ severity, code, file, at, message, hint }: Finding): string {
  return `${severity.padEnd(7)} ${code}  ${file}${at ? ` ${at}` : ""}: ${message}  ${hint}`;
}
