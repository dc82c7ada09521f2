// The district under diagnosis: who stands where, who feeds and measures whom, each looked up once for all rules.
// Fed by    models/diagnosis/diagnose.ts
// Gives     what rules ask for, and takes their findings
// S1  a finding names the source and the file of the twin that it is about, and its place is the twin's id

import type { Branch, LoadedDistrict, TwinId, TwinModel } from "../district.ts";
import { type Finding, Findings } from "../finding.ts";
import type { SourceType } from "../manifest.ts";
import { buildTopology, NODE_KINDS, type Topology } from "../topology.ts";
import { DIAGNOSIS_FINDINGS } from "./findings.ts";

/** A source of the district; the meter table is one without a type. */
export interface DiagnosedSource {
  id: string;
  type?: SourceType;
  file: string;
}

export class Subject {
  readonly district: LoadedDistrict;
  readonly twins: LoadedDistrict["twins"];
  /** From what feeds to what is fed. */
  readonly fedBy = new Map<TwinId, TwinModel[]>();
  /** From what is fed to what feeds it. */
  readonly feedersOf = new Map<TwinId, TwinModel[]>();
  readonly metersOf = new Map<TwinId, TwinModel[]>();
  readonly measuredBy = new Map<TwinId, TwinModel[]>();
  readonly branchesAt = new Map<TwinId, Branch[]>();
  readonly branchesOf = new Map<TwinId, Branch[]>();
  readonly nodes: TwinModel[] = [];
  readonly topologies: Topology[];
  readonly sources: ReadonlyMap<string, DiagnosedSource>;
  readonly #findings = new Map<string, Findings<typeof DIAGNOSIS_FINDINGS>>();

  constructor(district: LoadedDistrict, sources: readonly DiagnosedSource[]) {
    this.district = district;
    this.twins = district.twins;
    this.sources = new Map(sources.map((source) => [source.id, source]));
    for (const twin of district.twins.values()) if (NODE_KINDS.has(twin.kind)) this.nodes.push(twin);
    for (const { from, role, to } of district.links) {
      if (role !== "feeds" && role !== "measures") continue;
      const [one, other] = [district.twins.get(from)!, district.twins.get(to)!];
      if (role === "feeds") {
        push(this.fedBy, one.id, other);
        push(this.feedersOf, other.id, one);
      } else {
        push(this.metersOf, other.id, one);
        push(this.measuredBy, one.id, other);
      }
    }
    this.topologies = buildTopology(district.twins.values(), district.links, district.branches);
    for (const branch of district.branches) {
      push(this.branchesOf, branch.twin, branch);
      push(this.branchesAt, branch.from, branch);
      if (branch.to !== branch.from) push(this.branchesAt, branch.to, branch);
    }
  }

  typeOf({ source }: TwinModel): SourceType | undefined {
    return this.sources.get(source)?.type;
  }

  add(code: keyof typeof DIAGNOSIS_FINDINGS, { id, source }: TwinModel, message: string): void {
    let findings = this.#findings.get(source);
    if (!findings) {
      findings = new Findings(DIAGNOSIS_FINDINGS, source, this.sources.get(source)?.file ?? "");
      this.#findings.set(source, findings);
    }
    findings.add(code, id, message);
  }

  /** In the order of the sources. */
  get findings(): Finding[] {
    const order = [...this.sources.keys(), ...this.#findings.keys()];
    return [...new Set(order)].flatMap((source) => this.#findings.get(source)?.all ?? []);
  }
}

export function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** `1 load`, `3 loads and 2 meters`: how many of each kind there are. */
export function countsOf(twins: Iterable<TwinModel>): string {
  const counts = new Map<string, number>();
  for (const { kind } of twins) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const words = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `${count} ${plural(kind, count)}`);
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "nothing");
}

const PLURALS: Record<string, string> = { bus: "buses", switch: "switches", storage: "storages" };

export function plural(kind: string, count: number): string {
  return count === 1 ? kind : (PLURALS[kind] ?? `${kind}s`);
}
