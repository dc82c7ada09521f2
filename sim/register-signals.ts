// Points that count what runs through a meter, and those that are its rate: energy and power, volume and flow, current.
// Fed by    the flows behind a meter
// Gives     the signal of a point whose unit is one of energy, power, volume, flow or current
// R1  a register never falls, and starts at zero when its meter was installed
// R2  a power or a flow is the mean over the interval: the slope of its register

import type { Amount } from "./flows.ts";
import { type Behind, inUnit, type Signal } from "./behind.ts";
import { drawn, hashText } from "./seeded.ts";
import { dimensionOf } from "../models/telemetry/units.ts";

const HOUR_MS = 3_600_000;
/** Meters were installed at the New Year of one of these years. */
const INSTALLED = { from: 2014, years: 8 } as const;
const POWER_FACTOR = [0.9, 0.98] as const;

// Names as devices have them: camel case words, and the OBIS codes of IEC 62056-61 (2.8.0 is energy fed in).
const FED = /export|feed|fed|einspeis|(^|[:-])2\.[78]\./i;
const GENERATED = /pv|solar|generat|produc|yield|erzeug/i;
const ONE_PHASE = /(l|phase)[-_]?[123abc]$|(^|[:-])[234567]1\.7\./i;

/** The signal of a point that counts or is a rate of what is counted; undefined when it is something else. */
export function registerOrRate(name: string, unit: string, behind: Behind): Signal | undefined {
  const { carrier, flows, consumer, meterHash } = behind;
  const share = ONE_PHASE.test(name) ? 1 / 3 : 1;
  const amount = scaled(energyOf(name, behind), share);
  // A generator is read by what it makes, everything else by what it takes less what it feeds.
  const net: Amount =
    consumer.kind === "generator" || FED.test(name) || GENERATED.test(name)
      ? amount
      : (timeMs) => share * (flows.taken(timeMs) - flows.fed(timeMs));
  const cosPhi = drawn(consumer.hash, "cos phi", ...POWER_FACTOR);
  const tanPhi = Math.sqrt(1 / cosPhi ** 2 - 1);

  switch (dimensionOf(unit)) {
    case "energy":
      return inUnit(register(amount, meterHash), "kWh", unit, 0.001);
    case "apparentEnergy":
      return inUnit(register(scaled(amount, 1 / cosPhi), meterHash), "kVAh", unit, 0.001);
    case "reactiveEnergy":
      return inUnit(register(scaled(amount, tanPhi), meterHash), "kvarh", unit, 0.001);
    case "power":
      return inUnit(rate(net), "kW", unit, 0.001);
    case "apparentPower":
      return inUnit(magnitude(rate(scaled(net, 1 / cosPhi))), "kVA", unit, 0.001);
    case "reactivePower":
      return inUnit(rate(scaled(net, tanPhi)), "kvar", unit, 0.001);
    case "current":
      return inUnit(magnitude(rate(scaled(net, 1 / cosPhi / linePerKv(behind, share)))), "A", unit, 0.01);
    case "volume":
      return carrier === "electricity" ? undefined : inUnit(register(flows.volume, meterHash), "m3", unit, 0.001);
    case "volumeFlow":
      return carrier === "electricity" ? undefined : inUnit(rate(flows.volume), "m3/h", unit, 0.001);
    case "massFlow":
      return carrier === "electricity" ? undefined : inUnit(rate(flows.volume), "t/h", unit, 0.001);
    default:
      return undefined;
  }
}

function energyOf(name: string, { carrier, flows, consumer }: Behind): Amount {
  if (carrier !== "electricity") return flows.taken;
  if (FED.test(name)) return flows.fed;
  return GENERATED.test(name) || (consumer.kind === "generator" && !/import/i.test(name))
    ? flows.generated
    : flows.taken;
}

/** kV by which power becomes the current of one line: 0.4 kV and three phases unless the model says another voltage. */
function linePerKv({ consumer }: Behind, share: number): number {
  const { vnKv } = consumer.attributes;
  const kv = typeof vnKv === "number" && vnKv > 0 ? vnKv : 0.4;
  return kv * Math.sqrt(3) * share;
}

function scaled(amount: Amount, factor: number): Amount {
  return factor === 1 ? amount : (timeMs) => amount(timeMs) * factor;
}

/** What has run through since the meter was installed. */
function register(amount: Amount, meterHash: number): Signal {
  const installedMs = Date.UTC(INSTALLED.from + (hashText(meterHash, "installed") % INSTALLED.years), 0, 1);
  const before = amount(installedMs);
  return (timeMs) => (timeMs <= installedMs ? 0 : amount(timeMs) - before);
}

/** Mean over the interval that ends at a moment, per hour: kWh become kW. */
function rate(amount: Amount): Signal {
  return (timeMs, intervalMs) => (amount(timeMs) - amount(timeMs - intervalMs)) * (HOUR_MS / intervalMs);
}

function magnitude(signal: Signal): Signal {
  return (timeMs, intervalMs) => Math.abs(signal(timeMs, intervalMs));
}
