// Joins the parts that the loaders made into one district.
// Fed by    the part of each source, in the order of district.yaml; then the meters; then the district's own twin
// Gives     twins, links, branches and devices in which every id that is named is there
// J1  a twin, link or branch that cannot be kept is dropped with a finding, and only that one (D1, D2 of models/district.ts)
// J2  no attribute is a number that JSON cannot write
// J3  what several sources show as the same thing is one twin, with one place (models/federation.ts)

import type { Branch, Link, TwinId, TwinModel } from "./district.ts";
import { FEDERATION_FINDINGS, FederatedThings, mergeTwin, TwinsById } from "./federation.ts";
import { type Finding, Findings, findingCodes } from "./finding.ts";
import { dropNotFinite } from "./finite.ts";
import type { DistrictPart } from "./loaders/loader.ts";
import { named } from "./loaders/reach.ts";
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
  TWIN_NOT_FINITE: { severity: "warning", hint: "Correct the values that it follows from: it was left out." },
  TWIN_BRANCH_DANGLING: {
    severity: "error",
    hint: "The model names an element that it does not have: mend it, or the loader.",
  },
});

export class DistrictJoin {
  readonly twins = new TwinsById();
  readonly links: Link[] = [];
  readonly branches: Branch[] = [];
  readonly findings: Finding[] = [];
  readonly devices = new Map<string, TwinId[]>();
  readonly #things = new FederatedThings();

  /** Adds what one source gave, and its findings. */
  add(part: DistrictPart, source: { id: string; file: string }): void {
    const findings = new Findings(JOIN_FINDINGS, source.id, source.file);
    const told = this.#addTwins(part, source, findings);
    for (const link of part.links) {
      const [from, to] = [this.twins.get(link.from)?.id, this.twins.get(link.to)?.id];
      const lost = from === undefined ? link.from : link.to;
      if (from === undefined || to === undefined) {
        findings.add("TWIN_LINK_DANGLING", lost, `${link.from} ${link.role} ${link.to}, but there is no ${lost}`);
        continue;
      }
      const place = part.federation ? this.#things.connect({ ...link, from, to }) : "new";
      if (place === "new") this.links.push({ ...link, from, to });
      if (place === "elsewhere") {
        told.add("IFC_FEDERATED_DIFFERS", link.to, `${to} is not part of ${from} by an earlier file`);
      }
    }
    for (const branch of part.branches) {
      const lost = [branch.twin, branch.from, branch.to].find((id) => !this.twins.has(id));
      if (lost === undefined) this.branches.push(this.#withKnownSwitches(branch, findings));
      else findings.add("TWIN_BRANCH_DANGLING", lost, `a branch of ${branch.twin} needs ${lost}, which is not there`);
    }
    for (const [device, meters] of part.devices ?? []) this.#bind(device, meters, findings);
    if (part.federation) this.#things.compareStoreys(part.twins, this.twins, told);
    this.findings.push(...part.findings, ...findings.all, ...told.all);
  }

  /** Adds the twins, or what they say to those of the same things; gives what there is to tell of that. */
  #addTwins(part: DistrictPart, source: { id: string; file: string }, findings: Findings<typeof JOIN_FINDINGS>) {
    const told = new Findings(FEDERATION_FINDINGS, source.id, source.file);
    const merged = new Map<string, number>();
    for (const twin of part.twins) {
      const dropped = dropNotFinite(twin.attributes);
      if (dropped.length > 0) findings.add("TWIN_NOT_FINITE", twin.id, `${named(dropped)} is beyond any number`);
      const first = this.#things.find(part, twin);
      if (first) {
        mergeTwin(first, twin, part.federation!, source.file, told);
        this.twins.alias(twin.id, first.id);
        if (first.source !== twin.source) merged.set(first.source, (merged.get(first.source) ?? 0) + 1);
      } else if (this.twins.has(twin.id)) findings.add("TWIN_ID_TWICE", twin.id, `there are two twins ${twin.id}`);
      else this.twins.set(twin.id, twin);
    }
    for (const [id, of] of part.federation?.aliases ?? []) this.twins.alias(id, this.twins.get(of)?.id ?? of);
    this.#things.note(part);
    for (const [earlier, count] of merged) {
      told.add("IFC_FEDERATED", "", `${count} of its twins are the same things as twins of the source ${earlier}`);
    }
    return told;
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
