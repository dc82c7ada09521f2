// Soak: seeds of the chaos simulation, with faults and crashes, as `npm run soak` runs them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { endedWithParent } from "./processes.mjs";
import { number } from "./targets.mjs";

const ROOT = resolve(import.meta.dirname, "../..");

/** @param {{ minutes: number, say: (text: string) => void }} options @returns {Promise<import("./targets.mjs").Finding>} */
export async function measureSoak({ minutes, say }) {
  const env = { ...process.env, MINUTES: String(minutes), NO_COLOR: "1" };
  const child = endedWithParent(
    spawn("npm", ["run", "--silent", "soak"], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] }),
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      output += bytes;
    });
  }
  await once(child, "close");
  const found = /(\d+) seeds, .*?(\d+) failed/.exec(output);
  if (!found) throw new Error(`the soak says nothing of its seeds: ${output.slice(-600)}`);
  const [seeds, failed] = [Number(found[1]), Number(found[2])];
  const perHour = ((seeds - failed) * 60) / minutes;
  say(`soak: ${seeds} seeds in ${minutes} min, ${failed} failed`);
  return {
    targets: [
      {
        what: "chaos: seeds passed an hour of soak, with faults on",
        must: 2_000,
        aim: 10_000,
        value: perHour,
        unit: "",
      },
    ],
    title: "Soak",
    text: `\`npm run soak\` (whole districts in one process, seeded faults and crashes, every promise checked) for ${number(minutes)} ${minutes === 1 ? "minute" : "minutes"}: ${seeds} seeds, **${failed} failed**.
An hour is reckoned from that.`,
  };
}
