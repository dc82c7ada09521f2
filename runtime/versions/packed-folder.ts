// A packed folder: the files of a district in a zip archive, as whoever reads its folder would see them.
// Fed by    the bytes of an archive
// Gives     the folder of its district.yaml, wherever in the archive that lies
// F1  no more than MAX_FOLDER_BYTES are unpacked in all, whatever the archive claims

import { type DistrictFolder, dirOf } from "../../models/source-folder.ts";
import { MANIFEST_FILE } from "../../models/district.ts";
import { unpack, type ZipEntry, zipEntries } from "../../models/loaders/zip.ts";
import { QuartierError } from "../errors.ts";

const MAX_FOLDER_BYTES = 2 * 1024 ** 3;

/** Throws a coded error for what is no archive, or has no district.yaml. */
export function packedFolder(archive: Uint8Array): DistrictFolder {
  const entries = zipEntries(archive);
  if (!entries) throw new QuartierError("MODEL_UNREADABLE", "what was sent is no zip archive");
  const files = new Map<string, ZipEntry>();
  for (const entry of entries) if (!entry.name.endsWith("/")) files.set(normalised(entry.name), entry);
  const root = rootOf([...files.keys()]);
  let unpackedBytes = 0;
  return {
    read: async (path) => {
      const entry = files.get(join(root, path));
      if (!entry) throw Object.assign(new Error(`the archive has no ${path}`), { code: "ENOENT" });
      const bytes = unpack(archive, entry);
      unpackedBytes += bytes.length;
      if (unpackedBytes <= MAX_FOLDER_BYTES) return bytes;
      throw new QuartierError("LIMIT_EXCEEDED", `the archive unpacks to more than ${MAX_FOLDER_BYTES} bytes`);
    },
    list: async (path) => {
      const within = join(root, path);
      const prefix = within === "" ? "" : `${within}/`;
      const names = new Set<string>();
      for (const file of files.keys()) {
        if (!file.startsWith(prefix)) continue;
        const [name, ...deeper] = file.slice(prefix.length).split("/");
        names.add(deeper.length > 0 ? `${name}/` : name!);
      }
      return names.size === 0 ? undefined : [...names].sort();
    },
  };
}

const normalised = (name: string): string => name.replaceAll("\\", "/").replace(/^(\.\/)+/, "");
const join = (...paths: string[]): string =>
  paths.flatMap((path) => path.split("/").filter((step) => step !== "" && step !== ".")).join("/");

/** The folder of the district.yaml that lies highest. */
function rootOf(files: readonly string[]): string {
  const manifests = files.filter((file) => file === MANIFEST_FILE || file.endsWith(`/${MANIFEST_FILE}`));
  const [highest] = manifests.sort((a, b) => a.split("/").length - b.split("/").length);
  if (highest === undefined) throw new QuartierError("MODEL_UNREADABLE", `the archive has no ${MANIFEST_FILE}`);
  return dirOf(highest);
}
