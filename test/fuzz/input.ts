// Input: a mutated district, wholly made by its seed.
// I1  the same seed gives the same input, and one of its steps can be left out without changing the others

import type { DistrictFolder } from "../../models/source-folder.ts";
import { Chance } from "../chaos/chance.ts";
import { zipOf } from "../models/loaders/zip-archive.ts";
import { mutate } from "./mutate.ts";
import type { Sample, Target } from "./samples.ts";

/** A target is drawn so often: IFC inputs take as long as ten of the others. */
const SHARES: Partial<Record<Target, number>> = { ifc: 2, cgmes: 2, meters: 1, manifest: 1 };
const USUAL_SHARE = 3;
/** A sample is drawn the seldomer the longer it is, so that each takes about as much time: this much longer halves its share. */
const HALF_SHARE_BYTES = 1_500;
const MAX_STEPS = 4;

export interface Step {
  /** Which of the sample's files it changes; the manifest when it has none to change. */
  file: string;
  seed: number;
}

export interface Plan {
  seed: number;
  sample: Sample;
  /** The change is made within the archive. */
  isInside: boolean;
  /** Of the same target: what is spliced in. */
  other: Sample;
  steps: Step[];
}

export interface Input {
  manifest: string;
  /** Whether that is the sample's, unchanged. */
  isSampleManifest?: boolean;
  files: ReadonlyMap<string, Uint8Array>;
  /** The changes by name, for reports. */
  changes: string[];
}

const MANIFEST = "district.yaml";

/** Draws the plans of all seeds. */
export class Plans {
  readonly #byTarget = new Map<Target, Sample[]>();
  readonly #shares: Record<string, number>;
  readonly #weights = new Map<Sample, number>();

  constructor(samples: readonly Sample[]) {
    for (const sample of samples) {
      const group = this.#byTarget.get(sample.target);
      if (group) group.push(sample);
      else this.#byTarget.set(sample.target, [sample]);
      const length = [...sample.files.values()].reduce((sum, bytes) => sum + bytes.length, sample.manifest.length);
      this.#weights.set(sample, Math.max(1, Math.round(10_000 / (1 + length / HALF_SHARE_BYTES))));
    }
    this.#shares = Object.fromEntries(
      [...this.#byTarget.keys()].map((target) => [target, SHARES[target] ?? USUAL_SHARE]),
    );
  }

  get targets(): Target[] {
    return [...this.#byTarget.keys()];
  }

  /** The target of a seed, which is cheap to know. */
  targetOf(seed: number): Target {
    return new Chance(seed).weighted(this.#shares) as Target;
  }

  of(seed: number): Plan {
    const chance = new Chance(seed);
    const group = this.#byTarget.get(chance.weighted(this.#shares) as Target)!;
    const names = Object.fromEntries(group.map((sample, at) => [String(at), this.#weights.get(sample)!]));
    const sample = group[Number(chance.weighted(names))]!;
    const other = chance.one(group);
    const isInside = sample.packed !== undefined && chance.once(2);
    const steps = Array.from({ length: chance.whole(1, MAX_STEPS) }, () => ({
      file: sample.mutable.length > 0 ? chance.one(sample.mutable) : MANIFEST,
      seed: chance.whole(0, 2 ** 31),
    }));
    return { seed, sample, isInside, other, steps };
  }
}

export function inputOf({ sample, isInside, other, steps }: Plan): Input {
  const changes: string[] = [];
  const texts = new Map<string, string>();
  const packed = isInside ? sample.packed : undefined;
  const first = [...other.files.values()][0] ?? new Uint8Array();
  const spliced = latin1(other.packed?.bytes ?? first);
  for (const { file, seed } of steps) {
    const before = texts.get(file) ?? original(file, sample, packed?.bytes);
    const { change, text } = mutate(before, seed, spliced);
    changes.push(change);
    texts.set(file, text);
  }
  const files = new Map(sample.files);
  for (const [file, text] of texts) {
    if (file === MANIFEST) continue;
    const bytes = Buffer.from(text, "latin1");
    files.set(file, packed ? zipOf({ [packed.name]: bytes }) : bytes);
  }
  const manifest = texts.get(MANIFEST);
  return {
    manifest: manifest === undefined ? sample.manifest : Buffer.from(manifest, "latin1").toString(),
    isSampleManifest: manifest === undefined,
    files,
    changes,
  };
}

function original(file: string, sample: Sample, packed: Uint8Array | undefined): string {
  return file === MANIFEST ? latin1(Buffer.from(sample.manifest)) : latin1(packed ?? sample.files.get(file)!);
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

/** The folder of a district that lies in memory. */
export function folderOf(files: ReadonlyMap<string, Uint8Array>): DistrictFolder {
  return {
    read: async (path) => {
      const bytes = files.get(path);
      if (!bytes) throw new Error(`ENOENT: no such file ${path}`);
      return bytes;
    },
    list: async (path) => {
      if (files.has(path)) return undefined;
      const dir = path === "" ? "" : `${path.replace(/\/$/, "")}/`;
      const names = [...files.keys()].filter((file) => file.startsWith(dir));
      const within = names.map((file) => file.slice(dir.length).replace(/\/.*/, "/"));
      return names.length > 0 ? [...new Set(within)].sort() : undefined;
    },
  };
}
