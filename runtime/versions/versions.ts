// The versions of a district's model: takes new ones, tells what they would do, and which the district stood on.
// Fed by    archives of district folders; the store, which knows on which version the district stands
// Gives     views of versions and plans
// V1  a version is loaded in a process of its own, one at a time, and changes nothing until it is applied
// V2  MAX_VERSIONS are kept, and in any case the one on which the district stands; the one that was used longest ago goes first
// V3  a version that another program made is made anew from what it says, and may get another id

import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Directory } from "../../models/directory.ts";
import { pointChanges } from "../../models/diff.ts";
import { MANIFEST_FILE } from "../../models/district.ts";
import { QuartierError } from "../errors.ts";
import { type Catalogue, Population } from "../live/population.ts";
import { directoryParts } from "../partitions.ts";
import type { Store } from "../store/store.ts";
import type { Page, PageRequest } from "../views.ts";
import { Loading } from "./loading-process.ts";
import type { ModelFiles } from "./model-files.ts";
import { type Plan, type PlannedTwin, planOf, twinPlan, whatOf } from "./plan.ts";
import type { ModelPlanView, ModelVersionView, PlannedChange, PlannedTwinView } from "./version-views.ts";

const MAX_VERSIONS = 16;
const MAX_ARCHIVE_BYTES = 1024 ** 3;

export interface VersionsHost {
  store: Store;
  catalogue: Catalogue;
  files: ModelFiles;
  /** Folder for archives that come in. */
  dataDir: string;
  /** What loads a model; see loading-process.ts. */
  loadingProgram: URL;
  /** What tells this program from others. */
  program: string;
  /** On which the district stands as it opens. */
  directory: Directory;
}

/** A plan, and what it was made of. */
export interface Planned extends Plan {
  before: Population;
  after: Population;
}

export class ModelVersions {
  /** On which the district stands. */
  directory: Directory;
  readonly #host: VersionsHost;
  #isLoading = false;

  constructor(host: VersionsHost) {
    this.#host = host;
    this.directory = host.directory;
  }

  /** Youngest first. */
  list(): ModelVersionView[] {
    const { files } = this.#host;
    const views = files.keys().flatMap((key) => this.#view(key) ?? []);
    return views.sort((a, b) => usedAt(b) - usedAt(a) || (a.id < b.id ? -1 : 1));
  }

  async add(archive: AsyncIterable<Uint8Array>): Promise<ModelVersionView> {
    const { dataDir } = this.#host;
    if (this.#isLoading) throw new QuartierError("MODEL_BUSY", "another model is being loaded");
    this.#isLoading = true;
    const path = join(dataDir, `incoming-${randomUUID()}.zip`);
    try {
      await pipeline(Readable.from(archive), atMost(MAX_ARCHIVE_BYTES), createWriteStream(path, { mode: 0o600 }));
      const version = await this.#load(path);
      await this.forgetOld(version);
      return this.#view(version)!;
    } finally {
      this.#isLoading = false;
      await rm(path, { force: true });
    }
  }

  async #load(archive: string): Promise<string> {
    const { files, loadingProgram } = this.#host;
    const loading = new Loading(loadingProgram, { archive });
    try {
      const district = await loading.district;
      if (district === undefined) {
        const [first] = (await loading.end).findings;
        throw new QuartierError("MODEL_UNREADABLE", `${MANIFEST_FILE} cannot be read: ${first?.at}: ${first?.message}`);
      }
      if (district !== this.directory.id) {
        throw new QuartierError(
          "MODEL_OTHER_DISTRICT",
          `the model is of the district ${district}, not of ${this.directory.id}`,
        );
      }
      loading.leaveIn(files.folder);
      const { key } = await loading.model;
      await loading.end;
      return key;
    } finally {
      await loading.stop();
    }
  }

  /** The directory of a version, in the form of this program; undefined when it is not kept. */
  async open(version: string): Promise<Directory | undefined> {
    const { files, program, catalogue } = this.#host;
    const kept = await files.open(version);
    if (!kept || kept.about.program === program) return kept?.directory;
    await files.demandSound(version);
    const parts = directoryParts(kept.directory, catalogue);
    await files.save(parts, { ...kept.about, program }, kept.findings());
    return (await files.open(parts.key))?.directory;
  }

  /** What a version would do. Throws a coded error for one that is not kept, or that cannot come under the living twins. */
  async plan(version: string): Promise<Planned> {
    const after = await this.open(version);
    if (!after) throw new QuartierError("MODEL_UNKNOWN", `there is no version ${version} of the model`);
    await this.#host.files.demandSound(version);
    return this.between(this.directory, after);
  }

  async between(from: Directory, to: Directory): Promise<Planned> {
    const { store, catalogue } = this.#host;
    const before = new Population(from, catalogue, store.layouts);
    const after = new Population(to, catalogue, store.layouts);
    const plan = await planOf(before, after, (id) => store.models.retired(id) !== undefined);
    for (const twin of plan.twins) refuseOtherUnits(from, to, twin);
    return { ...plan, before, after };
  }

  #view(key: string): ModelVersionView | undefined {
    const { files, store } = this.#host;
    const kept = files.described(key);
    if (kept?.about.district !== this.directory.id) return undefined;
    const findings = { error: 0, warning: 0, info: 0 };
    for (const { severity } of kept.findings()) findings[severity]++;
    const { loadedAt, twins } = kept.about;
    const turnedAt = store.models.turns.findLast(({ version }) => version === key)?.at;
    // The first one counts from the beginning (opening.ts), and came alive when it was loaded.
    const appliedAt = turnedAt === 0 ? loadedAt : turnedAt;
    return { id: key, loadedAt, appliedAt, isCurrent: key === this.directory.key, twins, findings };
  }

  /** `besides`: another one that is needed. */
  async forgetOld(besides: string): Promise<void> {
    const { files, store } = this.#host;
    // Mostly there are few: what is known of each need not be read.
    if (files.keys().length <= MAX_VERSIONS) return;
    const { version, turning } = store.models.standing!;
    const needed = new Set([besides, version, ...(turning ? [turning.from, turning.to] : [])]);
    const spare = this.list().filter(({ id }) => !needed.has(id));
    for (const { id } of spare.slice(Math.max(0, MAX_VERSIONS - needed.size))) await files.drop(id);
  }
}

const usedAt = ({ loadedAt, appliedAt = 0 }: ModelVersionView): number => Math.max(loadedAt, appliedAt);

/** What a point measured stays in the history as it is: in another unit it would be something else. */
function refuseOtherUnits(from: Directory, to: Directory, { id, before, after, isChanged }: PlannedTwin): void {
  if (!isChanged || before < 0 || after < 0) return;
  const [was, is] = [from.classes[from.classAt(before)]!, to.classes[to.classAt(after)]!];
  if (was.points === is.points) return;
  const { added, removed } = pointChanges(was, is);
  for (const { name, unit } of added) {
    const earlier = removed.find((point) => point.name === name);
    if (!earlier) continue;
    const message = `the point ${name} of ${id} would go from ${earlier.unit} to ${unit}`;
    throw new QuartierError("MODEL_UNIT_CHANGED", message);
  }
}

function atMost(most: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= most) done(null, chunk);
      else done(new QuartierError("LIMIT_EXCEEDED", `the archive has more than ${most} bytes`));
    },
  });
}

export function planView({ from, to, twins, before, after }: Planned): ModelPlanView {
  const counts: Record<PlannedChange, number> = {
    ...{ ADDED: 0, RETURNED: 0, RETIRED: 0, CHANGED: 0, RELINKED: 0, MOVED: 0 },
  };
  for (const twin of twins) counts[whatOf(twin)]++;
  const untouched = after.directory.size - (twins.length - counts.RETIRED);
  const page = (
    what: readonly PlannedChange[] | undefined,
    { first, after: last }: PageRequest,
  ): Page<PlannedTwinView> => {
    const all = what === undefined ? twins : twins.filter((twin) => what.includes(whatOf(twin)));
    const start = last === undefined ? 0 : all.filter(({ id }) => id <= last).length;
    return {
      items: all.slice(start, start + first).map((twin) => twinPlan(before, after, twin)),
      ...{ totalCount: all.length, hasNextPage: all.length > start + first, hasPreviousPage: start > 0 },
    };
  };
  return { from, to, counts, untouched, twins: page };
}
