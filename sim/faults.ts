// What goes wrong with devices, in the shares that a tester asks for.
// Fed by    the shares, a device's hash, the index of an interval
// Gives     what happens to the device's pack of that interval, and the bytes of an absurd one
// F1  what happens depends on (seed, device, interval) alone

import { encodeSenml } from "../models/telemetry/senml.ts";
import type { SenmlReading } from "../models/telemetry/senml-readings.ts";
import { dimensionOf } from "../models/telemetry/units.ts";
import { hashNumber, hashText, uniform } from "./seeded.ts";

export interface Faults {
  /** Share of the time in which a device is silent, for whole stretches of its intervals. */
  dropoutShare: number;
  /** Share of the packs that are sent twice. */
  duplicateShare: number;
  /** Share of the packs that the device keeps back, and by how much. */
  lateShare: number;
  lateByMs: number;
  /** Share of the packs that hold nonsense: see `ABSURDITIES`. */
  absurdShare: number;
}

export const NO_FAULTS: Faults = { dropoutShare: 0, duplicateShare: 0, lateShare: 0, lateByMs: 0, absurdShare: 0 };

/** Intervals for which a silence lasts. */
const SILENCE_INTERVALS = 12;
const SPIKE_FACTOR = 1_000;
/** How much of a register is lost when it falls. */
const FALLEN_TO = 0.5;

const ABSURDITIES = ["spike", "negative", "fallenRegister", "wrongUnit", "garbage", "unknownPoint"] as const;
export type Absurdity = (typeof ABSURDITIES)[number];

export interface Mishap {
  isSilent: boolean;
  isDuplicate: boolean;
  isLate: boolean;
  absurdity: Absurdity | undefined;
}

const NO_MISHAP: Mishap = { isSilent: false, isDuplicate: false, isLate: false, absurdity: undefined };

/** What happens to the pack of an interval. */
export function mishapOf(faults: Faults, deviceHash: number, index: number): Mishap {
  if (faults === NO_FAULTS) return NO_MISHAP;
  const hits = (name: string, share: number, at: number) =>
    share > 0 && uniform(hashNumber(hashText(deviceHash, name), at)) < share;
  const isAbsurd = hits("absurd", faults.absurdShare, index);
  return {
    isSilent: hits("silent", faults.dropoutShare, Math.floor(index / SILENCE_INTERVALS)),
    isDuplicate: hits("duplicate", faults.duplicateShare, index),
    isLate: faults.lateByMs > 0 && hits("late", faults.lateShare, index),
    absurdity: isAbsurd
      ? ABSURDITIES[hashNumber(hashText(deviceHash, "absurdity"), index) % ABSURDITIES.length]
      : undefined,
  };
}

/** The bytes of a pack gone wrong; one of its readings does, the others stay as they are. */
export function absurdPack(absurdity: Absurdity, readings: SenmlReading[], hash: number): Uint8Array {
  if (absurdity === "garbage") return garbage(hash);
  const at = hash % readings.length;
  return encodeSenml(readings.map((reading, index) => (index === at ? spoilt(absurdity, reading) : reading)));
}

function spoilt(absurdity: Exclude<Absurdity, "garbage">, reading: SenmlReading): SenmlReading {
  switch (absurdity) {
    case "spike":
      return { ...reading, value: (Math.abs(reading.value) + 1) * SPIKE_FACTOR };
    case "negative":
      return { ...reading, value: -Math.abs(reading.value) - 1 };
    case "fallenRegister":
      return { ...reading, value: reading.value * FALLEN_TO };
    case "wrongUnit":
      return { ...reading, unit: dimensionOf(reading.unit ?? "") === "temperature" ? "kWh" : "Cel" };
    case "unknownPoint":
      return { ...reading, point: `${reading.point}X` };
  }
}

/** Some bytes that are no text. */
function garbage(hash: number): Uint8Array {
  return Uint8Array.from({ length: 1 + (hash % 64) }, (_, index) =>
    index === 0 ? 0xff : hashNumber(hash, index) & 0xff,
  );
}
