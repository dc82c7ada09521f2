// Federation: several files that show the same things, as the discipline models of one building do, are one set of twins.
// Fed by    models/join.ts, with twins of parts that have a `Federation`
// Gives     twins under all their ids, what two files say of one thing merged into one, and findings where they differ
// F1  a thing has the id of the first file that shows it; its other ids lead to the same twin
// F2  what the first file says stands; what others say besides is added, and where they differ it is kept with their source

import type { Attributes, Json, Link, TwinId, TwinModel } from "./district.ts";
import { type Findings, findingCodes } from "./finding.ts";
import type { DistrictPart, Federation } from "./loaders/loader.ts";

export const FEDERATION_FINDINGS = findingCodes({
  IFC_FEDERATED: { severity: "info", hint: "Give a building of its own a GlobalId of its own, if it is not the same." },
  IFC_FEDERATED_DIFFERS: {
    severity: "info",
    hint: "Make the files agree: what the first says was used, the rest is kept in `federated`.",
  },
  IFC_FEDERATED_STOREYS: {
    severity: "info",
    hint: "Export all files from storeys with the same GlobalIds, so that each storey is one twin.",
  },
});

export type FederationFindings = Findings<typeof FEDERATION_FINDINGS>;

/** What a file says of itself: it differs by nature, so it is kept but not told. */
const OF_THE_FILE: ReadonlySet<string> = new Set(["header", "application", "schema"]);
/** Lengths in feet come back from metres with other last digits. */
const SAME_NUMBER = 1e-6;
/** Storeys whose elevations are this near have the same one. */
const SAME_ELEVATION_M = 0.01;
/** Attributes that one finding names. */
const MAX_TOLD = 5;
/** Objects nested deeper are compared as a whole. */
const MAX_DEPTH = 20;

/** Twins by their ids; an id that a later file has for a thing leads to its twin, but is not listed. */
export class TwinsById extends Map<TwinId, TwinModel> {
  /** Other id to the one that is listed. */
  readonly aliases = new Map<TwinId, TwinId>();

  alias(id: TwinId, first: TwinId): void {
    if (id !== first) this.aliases.set(id, first);
  }

  override get(id: TwinId): TwinModel | undefined {
    return super.get(this.#listed(id));
  }

  override has(id: TwinId): boolean {
    return super.has(this.#listed(id));
  }

  /** Most districts have no other ids, and are asked for their twins a million times. */
  #listed(id: TwinId): TwinId {
    return this.aliases.size === 0 ? id : (this.aliases.get(id) ?? id);
  }
}

/** The things that parts have shown so far, and where each stands. */
export class FederatedThings {
  readonly #things = new Map<string, TwinModel>();
  readonly #wholes = new Map<TwinId, TwinId>();
  readonly #links = new Set<string>();

  /** The twin of an earlier part that is the same thing. */
  find({ federation }: DistrictPart, twin: TwinModel): TwinModel | undefined {
    const key = federation && keyOf(federation, twin);
    return key === undefined ? undefined : this.#things.get(key);
  }

  /** Notes the twins of a part, once all of them were looked up: two of one file are never the same thing. */
  note({ federation, twins }: DistrictPart): void {
    for (const twin of federation ? twins : []) {
      const key = keyOf(federation!, twin);
      if (key !== undefined && !this.#things.has(key)) this.#things.set(key, twin);
    }
  }

  /**
   * What a link between things adds to those of earlier files: a thing is part of what the first file says, and of nothing that
   * is part of it.
   */
  connect({ from, role, to }: Link): "new" | "known" | "elsewhere" {
    if (role !== "contains") {
      const key = JSON.stringify([from, role, to]);
      if (this.#links.has(key)) return "known";
      this.#links.add(key);
      return "new";
    }
    const whole = this.#wholes.get(to);
    if (whole !== undefined) return whole === from ? "known" : "elsewhere";
    for (let at: TwinId | undefined = from; at !== undefined; at = this.#wholes.get(at)) {
      if (at === to) return "elsewhere";
    }
    this.#wholes.set(to, from);
    return "new";
  }

  /** Tells of storeys of one building that are the same by name and height but not by their ids. */
  compareStoreys(added: readonly TwinModel[], twins: TwinsById, findings: FederationFindings): void {
    const mine = new Set(added.flatMap((twin) => (twins.get(twin.id) === twin ? twin.id : [])));
    const storeys = [...this.#wholes].flatMap(([id, whole]) => {
      const twin = twins.get(id);
      return twin?.kind === "storey" ? { twin, whole } : [];
    });
    const earlier = storeys.filter(({ twin }) => !mine.has(twin.id));
    for (const { twin, whole } of storeys.filter((one) => mine.has(one.twin.id))) {
      const same = earlier.find((one) => one.whole === whole && looksLike(one.twin, twin));
      if (same) findings.add("IFC_FEDERATED_STOREYS", twin.id, `${twin.id} looks like ${same.twin.id}`);
    }
  }
}

function keyOf(federation: Federation, twin: TwinModel): string | undefined {
  const identity = federation.identityOf(twin);
  return identity === undefined ? undefined : `${federation.ids} ${twin.kind} ${identity}`;
}

function looksLike(one: TwinModel, other: TwinModel): boolean {
  const [low, high] = [one.attributes.elevationM, other.attributes.elevationM];
  return (
    one.name !== undefined &&
    one.name.trim().toLowerCase() === other.name?.trim().toLowerCase() &&
    Math.abs(Number(low ?? Number.NaN) - Number(high ?? Number.NaN)) < SAME_ELEVATION_M
  );
}

/** Takes over into `first` what another file says of the same thing. */
export function mergeTwin(
  first: TwinModel,
  other: TwinModel,
  federation: Federation,
  file: string,
  findings: FederationFindings,
): void {
  const counted = federation.recount(first, other);
  const { federated: earlier = [], ...theirs } = other.attributes;
  const said = Object.fromEntries(Object.entries(theirs).filter(([key]) => !Object.hasOwn(counted, key)));
  const { name } = other;
  if (first.name === undefined && name !== undefined) first.name = name;
  const differs: Attributes = name !== undefined && first.name !== name ? { name } : {};
  mergeInto(first.attributes, said, differs, 0);
  Object.assign(first.attributes, counted);
  const told = Object.keys(differs).filter((key) => !OF_THE_FILE.has(key));
  const { federated } = first.attributes;
  const entry = { source: other.source, file, ...(Object.keys(differs).length > 0 ? { differs } : {}) };
  first.attributes.federated = [...listOf(federated), entry, ...listOf(earlier)];
  if (told.length === 0) return;
  const names = told.slice(0, MAX_TOLD).join(", ") + (told.length > MAX_TOLD ? ", ..." : "");
  findings.add("IFC_FEDERATED_DIFFERS", other.id, `${first.id} is told otherwise by an earlier file: ${names}`);
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

type JsonObject = { [key: string]: Json };

/** Adds to `first` what it lacks; collects in `differs` what it has otherwise. */
function mergeInto(first: JsonObject, other: JsonObject, differs: JsonObject, depth: number): void {
  for (const [key, theirs] of Object.entries(other)) {
    const mine = Object.hasOwn(first, key) ? first[key]! : null;
    if (mine === null) put(first, key, theirs);
    else if (theirs === null || isSame(mine, theirs)) continue;
    else if (isObject(mine) && isObject(theirs) && depth < MAX_DEPTH) {
      const within: JsonObject = {};
      mergeInto(mine, theirs, within, depth + 1);
      if (Object.keys(within).length > 0) put(differs, key, within);
    } else if (isListOfThings(mine) && isListOfThings(theirs)) {
      for (const thing of theirs) {
        const same = mine.find((one) => one.globalId === thing.globalId);
        if (same) mergeInto(same, thing, {}, depth + 1);
        else mine.push(thing);
      }
    } else put(differs, key, theirs);
  }
}

function isSame(mine: Json, theirs: Json): boolean {
  if (typeof mine === "number" && typeof theirs === "number") {
    return Math.abs(mine - theirs) <= SAME_NUMBER * Math.max(1, Math.abs(mine), Math.abs(theirs));
  }
  return mine === theirs || JSON.stringify(mine) === JSON.stringify(theirs);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Zones and systems: each is known by its GlobalId. */
function isListOfThings(value: Json): value is JsonObject[] {
  return Array.isArray(value) && value.every((one) => isObject(one) && typeof one.globalId === "string");
}

/** Names come from files: `__proto__` is one like any other. */
function put(record: JsonObject, name: string, value: Json): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}
