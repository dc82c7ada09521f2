// Joins the parts that the loaders made into one district.
// Fed by    the part of each source, in the order of district.yaml; then the meters; then the district's own twin
// Gives     twins, links, branches and devices in which every id that is named is there
// J1  a twin, link or branch that cannot be kept is dropped with a finding, and only that one (D1, D2 of models/district.ts)

import type { Branch, Link, TwinId, TwinModel } from "./district.ts";
import { type Finding, Findings, findingCodes } from "./finding.ts";
import type { DistrictPart } from "./loaders/loader.ts";
import type { MetersPart } from "./meters.ts";

export const JOIN_FINDINGS = findingCodes({
  TWIN_ID_TWICE: { severity: "error", hint: "Give every element of the file an id of its own: the first is kept." },
  TWIN_LINK_DANGLING: {
    severity: "error",
    hint: "The model names an element that it does not have: mend it, or the loader.",
  },
  TWIN_DEVICE_TWICE: {
    severity: "error",
    hint: "Let a point of a device feed one meter only: take it out of one of the sources.",
  },
  TWIN_BRANCH_DANGLING: {
    severity: "error",
    hint: "The model names an element that it does not have: mend it, or the loader.",
  },
});

export class DistrictJoin {
  readonly twins = new Map<TwinId, TwinModel>();
  readonly links: Link[] = [];
  readonly branches: Branch[] = [];
  readonly findings: Finding[] = [];
  readonly devices = new Map<string, TwinId[]>();

  /** Adds what one source gave, and its findings. */
  add(part: DistrictPart, source: { id: string; file: string }): void {
    const findings = new Findings(JOIN_FINDINGS, source.id, source.file);
    for (const twin of part.twins) {
      if (this.twins.has(twin.id)) findings.add("TWIN_ID_TWICE", twin.id, `there are two twins ${twin.id}`);
      else this.twins.set(twin.id, twin);
    }
    for (const link of part.links) {
      const lost = [link.from, link.to].find((id) => !this.twins.has(id));
      if (lost === undefined) this.links.push(link);
      else findings.add("TWIN_LINK_DANGLING", lost, `${link.from} ${link.role} ${link.to}, but there is no ${lost}`);
    }
    for (const branch of part.branches) {
      const lost = [branch.twin, branch.from, branch.to].find((id) => !this.twins.has(id));
      if (lost === undefined) this.branches.push(this.#withKnownSwitches(branch, findings));
      else findings.add("TWIN_BRANCH_DANGLING", lost, `a branch of ${branch.twin} needs ${lost}, which is not there`);
    }
    for (const [device, meters] of part.devices ?? []) this.#bind(device, meters, findings);
    this.findings.push(...part.findings, ...findings.all);
  }

  addMeters(part: MetersPart, source: { id: string; file: string }): void {
    this.add({ ...part, branches: [] }, source);
  }

  /** A device may feed meters of several sources, each by points of its own. */
  #bind(device: string, meters: readonly TwinId[], findings: Findings<typeof JOIN_FINDINGS>): void {
    const bound = this.devices.get(device) ?? [];
    this.devices.set(device, bound);
    const pointsOf = (id: TwinId) => this.twins.get(id)?.points?.map(({ name }) => name) ?? [];
    const taken = new Set(bound.flatMap(pointsOf));
    for (const meter of meters) {
      const twice = pointsOf(meter).find((name) => taken.has(name));
      if (!this.twins.has(meter) || bound.includes(meter)) continue;
      if (twice === undefined) bound.push(meter);
      else {
        const message = `${twice} of device ${device} feeds a meter of another source already, so it does not feed ${meter}`;
        findings.add("TWIN_DEVICE_TWICE", meter, message);
      }
    }
  }

  /** Adds the twin of the district itself, which contains the buildings that are no part of anything else. */
  addRoot(root: TwinModel): void {
    const parts = new Set(this.links.filter((link) => link.role === "contains").map((link) => link.to));
    for (const twin of this.twins.values()) {
      if (twin.kind === "building" && !parts.has(twin.id)) {
        this.links.push({ from: root.id, role: "contains", to: twin.id });
      }
    }
    this.twins.set(root.id, root);
  }

  #withKnownSwitches(branch: Branch, findings: Findings<typeof JOIN_FINDINGS>): Branch {
    const switches = branch.switches.filter((id) => this.twins.has(id));
    if (switches.length === branch.switches.length) return branch;
    findings.add("TWIN_BRANCH_DANGLING", branch.twin, `a branch of ${branch.twin} names a switch that is not there`);
    return { ...branch, switches };
  }
}
