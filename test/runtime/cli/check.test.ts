// What `quartier check` shows: all findings to a program, the first of each code to a person.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Finding } from "../../../models/finding.ts";
import { readArguments } from "../../../runtime/cli/arguments.ts";
import { check } from "../../../runtime/cli/check.ts";

const ROWS = 160;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "quartier-check-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function printed(...words: string[]): Promise<{ exit: number; lines: string[] }> {
  const lines: string[] = [];
  const terminal = { print: (line: string) => lines.push(line), complain: () => {}, progress: () => {} };
  const exit = await check(readArguments(["check", folder, ...words], {}), terminal);
  return { exit, lines };
}

function writeDistrict(rows: string[]): void {
  writeFileSync(
    join(folder, "district.yaml"),
    "district: d\ntimezone: UTC\nsources:\n  - { id: w, type: epanet, file: w.inp }\n",
  );
  writeFileSync(join(folder, "w.inp"), ["[JUNCTIONS]", ...rows, "[END]", ""].join("\n"));
}

test("K1: a terminal shows five findings of one code and file, and says how many more there are", async () => {
  writeDistrict(Array.from({ length: ROWS }, (_, row) => `j${row} abc`));
  const { exit, lines } = await printed();
  const numbers = lines.filter((line) => line.includes("EPANET_NUMBER"));
  expect(exit).toBe(1);
  expect(numbers).toHaveLength(6);
  expect(numbers[5]).toContain(`${ROWS - 5} more of these; quartier check --json lists all`);
  expect(lines.some((line) => line.includes("EPANET_NO_SOURCE"))).toBe(true);
});

test("K1: --json lists every finding, with the keys of the contract", async () => {
  writeDistrict(Array.from({ length: ROWS }, (_, row) => `j${row} abc`));
  const { exit, lines } = await printed("--json");
  const report = JSON.parse(lines.join("\n"));
  expect(exit).toBe(1);
  expect(Object.keys(report)).toEqual(["district", "twins", "links", "findings", "sources"]);
  expect(report.twins).toEqual({ district: 1, junction: ROWS });
  const numbers = report.findings.filter(({ code }: Finding) => code === "EPANET_NUMBER");
  expect(numbers).toHaveLength(ROWS);
  expect(Object.keys(numbers[0])).toEqual(["severity", "code", "source", "file", "at", "message", "hint"]);
});
