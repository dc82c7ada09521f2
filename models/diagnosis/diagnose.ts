// The diagnosis of a district: what is wrong with it as a whole, or of any source, and what no loader can see.
// Fed by    the district as loaded, its links checked; which source is of which type and file; what was found before
// Gives     findings, every one and not the first, in the order of the sources
// Must not  change the district, or say again what a loader said with the place in its file (told.ts)
// G1  each rule is a function of the district alone: the same district gives the same findings
// G2  a rule's cost grows with the number of elements, not with its square: 100,000 elements take less than a second

import type { LoadedDistrict } from "../district.ts";
import type { Finding } from "../finding.ts";
import { checkAmounts } from "./amounts.ts";
import { checkIds } from "./identity.ts";
import { checkDevices, checkMeters } from "./metering.ts";
import { checkPoints } from "./metering-points.ts";
import { checkDeadEnds } from "./structure.ts";
import { type DiagnosedSource, Subject } from "./subject.ts";
import { checkFeeds, checkReach } from "./supply.ts";
import { checkBuildings, checkNetworks } from "./twice.ts";
import { checkVoltages } from "./voltages.ts";

export function diagnose(
  district: LoadedDistrict,
  sources: readonly DiagnosedSource[],
  told: readonly Finding[],
): Finding[] {
  const subject = new Subject(district, sources);
  checkReach(subject);
  checkFeeds(subject);
  checkDeadEnds(subject);
  checkAmounts(subject);
  checkVoltages(subject);
  const copies = new Set(told.filter(({ code }) => code === "DISTRICT_FILE_TWICE").map(({ source }) => source));
  checkNetworks(subject, copies);
  checkBuildings(subject, copies);
  checkIds(subject);
  checkMeters(subject);
  checkPoints(subject);
  checkDevices(subject);
  return subject.findings;
}
