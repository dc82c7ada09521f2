// Folders of the data: made where they can be, and what is in the way is named.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { folderFailure, makeFolder } from "../../../runtime/store/folder.ts";
import { writeFailure } from "../../../runtime/store/writing.ts";

const folder = mkdtempSync(join(tmpdir(), "quartier-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("all that is missing of it is made, and what is there stays", () => {
  const path = join(folder, "a/b/c");
  makeFolder(path);
  writeFileSync(join(path, "kept"), "");
  makeFolder(path);
  expect(statSync(join(path, "kept")).isFile()).toBe(true);
});

test.each<[what: string, path: string]>([
  ["a file in its place", join(folder, "file")],
  ["a file above it", join(folder, "file/below/it")],
  ["a file system that makes none", "/proc/quartier/data"],
  ["a name that is none", join(folder, "a\0b")],
  ["a name that is too long", join(folder, "n".repeat(300))],
])("F1: %s is told, with the place", (_, path) => {
  writeFileSync(join(folder, "file"), "");
  expect(() => makeFolder(path)).toThrow(
    expect.objectContaining({ code: "DATA_FOLDER_UNUSABLE", message: expect.stringContaining(`kept in ${path}: `) }),
  );
});

test("where the disk is at fault it is called as when it is written to, also where the folder is not there yet", () => {
  const full = Object.assign(new Error("no space left"), { errno: -constants.errno.ENOSPC });
  const missing = join(folder, "not/there");
  expect(folderFailure(missing, full)).toMatchObject({ code: "STORE_FULL", message: expect.stringMatching(/MiB are/) });
  expect(writeFailure(missing, "why not", constants.errno.EFBIG).code).toMatch(/^STORE_/);
  expect(existsSync(missing)).toBe(false);
});
