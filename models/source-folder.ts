// The folder of a district, and what of it a loader may see: the files beside its own.
// Fed by    whoever reads the disk
// S1  no path leads out of the folder of district.yaml, whatever a file says

import type { SourceFolder } from "./loaders/loader.ts";

/** Larger files are refused: their text would not fit into one string, nor their model into the memory of a server. */
export const MAX_SOURCE_BYTES = 512 * 1024 * 1024;

/** Paths are relative to the folder of district.yaml, with slashes. */
export interface DistrictFolder {
  read: (path: string) => Promise<Uint8Array>;
  /** Names of what lies right in a folder, in the order of code units; those of folders end with a slash. Undefined when the path is no folder. */
  list: (path: string) => Promise<string[] | undefined>;
}

export function dirOf(path: string): string {
  const steps = path.split(/[\\/]/);
  return steps.slice(0, -1).join("/");
}

export function tooLarge({ length }: Uint8Array): string {
  return `the file has ${length} bytes, and ${MAX_SOURCE_BYTES / 1024 / 1024} MiB is the limit`;
}

/** The files from one folder on. */
export function folderOf(dir: string, folder: DistrictFolder): SourceFolder {
  return {
    list: async () => ((await folder.list(dir)) ?? []).filter((name) => !name.endsWith("/")),
    read: async (path) => {
      const file = await found(dir, path, folder);
      const bytes = await folder.read(file);
      if (bytes.length > MAX_SOURCE_BYTES) throw new Error(tooLarge(bytes));
      return { file, bytes };
    },
  };
}

/** Goes down the path step by step: a name that is there as it is written comes before one in another case. */
async function found(dir: string, path: string, folder: DistrictFolder): Promise<string> {
  if (/^[\\/]|^[A-Za-z]:/.test(path)) throw new Error(`${path} is an absolute path`);
  const here = dir.split("/").filter((step) => step !== "" && step !== ".");
  for (const step of path.split(/[\\/]/)) {
    if (step === "" || step === ".") continue;
    if (step === "..") {
      if (here.pop() === undefined) throw new Error(`${path} leaves the folder of district.yaml`);
      continue;
    }
    const names = ((await folder.list(here.join("/"))) ?? []).map((name) => name.replace(/\/$/, ""));
    const name = names.find((one) => one === step) ?? names.find((one) => one.toLowerCase() === step.toLowerCase());
    if (name === undefined) throw new Error(`there is no ${[...here, step].join("/")}`);
    here.push(name);
  }
  return here.join("/");
}
