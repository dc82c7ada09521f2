// quartier export: a district as a map, with all its attributes, or a source of it in the format that it came from.
// Exit 0 when it was written, 1 when there is no district to write, 2 for wrong use.
// E1  nothing is ever whole in memory but the district itself
// E2  a file of an export that broke off is not left behind, and the one it was to replace stays

import { Readable, type Writable } from "node:stream";
import { differences } from "../../models/diff.ts";
import { Directory } from "../../models/directory.ts";
import type { District } from "../../models/district.ts";
import { encodeDirectory } from "../../models/encode-directory.ts";
import { EXPORT_FORMATS, exportOf } from "../../models/exporters/export.ts";
import type { Part } from "../../models/exporters/part.ts";
import { readDistrict } from "../read-district.ts";
import { type Arguments, districtOperand, UsageError } from "./arguments.ts";
import { findingLines } from "./finding-text.ts";
import type { Terminal } from "./terminal.ts";
import { megabytes, writeOut } from "./write-out.ts";

/** Characters handed on in one go. */
const CHUNK_CHARS = 65_536;

export async function exportModel(args: Arguments, terminal: Terminal, stdout: Writable): Promise<number> {
  const folder = districtOperand(args);
  const { format, source, since } = args;
  if (format === undefined) throw new UsageError(`quartier export wants --format, one of ${EXPORT_FORMATS.join(", ")}`);
  try {
    const district = await loaded(folder, terminal);
    const before = since === undefined ? undefined : await loaded(since, terminal);
    if (!district || (since !== undefined && !before)) return 1;
    const part = before && changedSince(before, district);
    const plan = lastOf(exportOf(district, { format, source, ...(part && { part }) }));
    if ("refused" in plan) throw new UsageError(plan.refused);
    if (part && plan.isWhole) {
      terminal.complain(
        `${format} is written whole, as a part of a network cannot be read again: --since has no effect`,
      );
    }
    const text = Readable.from(chunks(plan.text));
    await writeOut(text, args.out, stdout, (bytes) => terminal.progress(`${megabytes(bytes)} exported`));
  } finally {
    terminal.progress("");
  }
  return 0;
}

/** Undefined, after what is wrong was said, when there is no district in the folder. */
async function loaded(folder: string, terminal: Terminal): Promise<District | undefined> {
  const { district, findings } = await readDistrict(folder, ({ file, done, of }) =>
    terminal.progress(`loading ${file} (${done + 1} of ${of})`),
  );
  terminal.progress("");
  const errors = findings.filter(({ severity }) => severity === "error");
  if (!district) for (const line of findingLines(errors)) terminal.complain(line);
  else if (errors.length > 0) {
    terminal.complain(`${errors.length} errors were found: quartier check ${folder} shows what may be missing`);
  }
  return district;
}

function changedSince(before: District, after: District): Part {
  const changed = new Set<string>();
  const removed: string[] = [];
  for (const difference of differences(directoryOf(before), directoryOf(after))) {
    if (!difference) continue;
    if (difference.after < 0) removed.push(difference.id);
    else changed.add(difference.id);
  }
  return { has: (id) => changed.has(id), removed };
}

/** Cells and shapes are the business of whoever runs a district: here they are all the same. */
function directoryOf(district: District): Directory {
  const cellOf = new Map([...district.twins.keys()].map((id) => [id, ""]));
  return Directory.of(encodeDirectory(district, { digest: () => "", cellOf, shapeOf: () => "" }));
}

function lastOf<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* chunks(text: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const piece of text) {
    chunk += piece;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}
