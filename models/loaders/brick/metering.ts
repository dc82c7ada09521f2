// The meters of a Brick graph: what each counts or measures, and the devices that feed it.
// Fed by    meters with their points, and sensors of places and equipment
// Gives     points of the meters, a device for each time series, and which device feeds which meters
// M1  a point of a device feeds one meter: what arrives can never belong to two
// M2  a device name is one token of a NATS subject

import {
  type Carrier,
  type Link,
  newTwin,
  type PointModel,
  type TwinId,
  type TwinModel,
  twinId,
} from "../../district.ts";
import type { Findings } from "../../finding.ts";
import type { BRICK_FINDINGS } from "./findings.ts";
import { type BrickPoint, pointName } from "./points.ts";

export type BrickFindings = Findings<typeof BRICK_FINDINGS>;

/** A graph seldom says how often a point is read; meters of utilities are every quarter of an hour. */
const USUAL_INTERVAL_MS = 15 * 60_000;

interface SeriesDevice {
  intervalMs: number;
  meters: Set<TwinId>;
  /** Names of its points. */
  points: Set<string>;
  storedAt: string | undefined;
}

export class Metering {
  readonly #source: string;
  readonly #findings: BrickFindings;
  readonly #devices = new Map<string, SeriesDevice>();
  readonly #units = new Set<string>();
  #withoutInterval = 0;

  constructor(source: string, findings: BrickFindings) {
    this.#source = source;
    this.#findings = findings;
  }

  /** Gives a meter its points, its interval and its device. */
  equip(meter: TwinModel, points: readonly BrickPoint[], carrier: Carrier | undefined): void {
    const counted = points.filter(({ unit }) => unit !== undefined);
    const intervalMs = Math.min(...counted.map(intervalOf), Number.POSITIVE_INFINITY);
    if (!counted.some((point) => point.intervalMs !== undefined)) this.#withoutInterval += 1;
    const models = new Map<string, PointModel>();
    const devices = new Set<string>();
    for (const point of points) {
      if (point.unit === undefined) {
        this.tellUnit(point);
        continue;
      }
      const name = pointName(point, carrier);
      const at = `line ${point.entity.line}`;
      if (models.has(name)) {
        this.#findings.add("BRICK_POINT_NAME", at, `${meter.id} has two points ${name}`);
        continue;
      }
      models.set(name, { name, unit: point.unit });
      for (const device of point.series) if (this.#feed(device, name, meter, point)) devices.add(device);
    }
    if (models.size > 0) meter.points = [...models.values()];
    meter.attributes.intervalMs = Number.isFinite(intervalMs) ? intervalMs : USUAL_INTERVAL_MS;
    const [device] = devices;
    if (devices.size === 1 && device !== undefined) meter.attributes.device = device;
    else if (devices.size > 1) meter.attributes.devices = [...devices];
  }

  /** Devices as twins, with their links, and by their names; one that has a twin already gets no other. */
  finish(taken: ReadonlySet<TwinId>): { twins: TwinModel[]; links: Link[]; devices: Map<string, TwinId[]> } {
    if (this.#withoutInterval > 0) {
      const message = `${this.#withoutInterval} meters have no interval: a quarter of an hour is taken`;
      this.#findings.add("BRICK_INTERVAL", "", message);
    }
    const twins: TwinModel[] = [];
    const links: Link[] = [];
    const devices = new Map<string, TwinId[]>();
    for (const [name, { intervalMs, meters, storedAt }] of this.#devices) {
      const attributes = { device: name, intervalMs, ...(storedAt === undefined ? {} : { storedAt }) };
      if (!taken.has(twinId("device", this.#source, name))) {
        twins.push(newTwin("device", this.#source, name, attributes));
      }
      for (const meter of meters) links.push({ from: twinId("device", this.#source, name), role: "feeds", to: meter });
      devices.set(name, [...meters]);
    }
    return { twins, links, devices };
  }

  #feed(name: string, point: string, meter: TwinModel, of: BrickPoint): boolean {
    const { entity, said } = of;
    const intervalMs = intervalOf(of);
    const at = `line ${entity.line}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const refused = /[\s.*>\u0000-\u001f\u007f]/.exec(name);
    if (refused) {
      const message = `the time series ${name.slice(0, 120)} holds ${JSON.stringify(refused[0])}`;
      this.#findings.add("BRICK_DEVICE_NAME", at, message);
      return false;
    }
    const device = this.#devices.get(name) ?? this.#newDevice(name, intervalMs, said);
    if (device.points.has(point)) {
      this.#findings.add("BRICK_DEVICE_TWICE", at, `${point} of the time series ${name} feeds another meter already`);
      return false;
    }
    device.points.add(point);
    device.meters.add(meter.id);
    device.intervalMs = Math.min(device.intervalMs, intervalMs);
    return true;
  }

  #newDevice(name: string, intervalMs: number, said: BrickPoint["said"]): SeriesDevice {
    const references = [said.timeseries, said.hasTimeseriesReference, said.hasExternalReference].flatMap(
      (of) => of ?? [],
    );
    const stores = references.flatMap((of) => {
      const isOfSeries = typeof of === "object" && of !== null && !Array.isArray(of) && of.hasTimeseriesId === name;
      return isOfSeries && typeof of.storedAt === "string" ? [of.storedAt] : [];
    });
    const device: SeriesDevice = { intervalMs, meters: new Set(), points: new Set(), storedAt: stores[0] };
    this.#devices.set(name, device);
    return device;
  }

  /** Tells of a unit that telemetry does not have, once for each. */
  tellUnit({ unknownUnit, entity }: BrickPoint): void {
    if (unknownUnit === undefined || this.#units.has(unknownUnit)) return;
    this.#units.add(unknownUnit);
    this.#findings.add("BRICK_UNIT", `line ${entity.line}`, `telemetry has no unit ${unknownUnit.slice(0, 120)}`);
  }
}

function intervalOf({ intervalMs = USUAL_INTERVAL_MS }: BrickPoint): number {
  return intervalMs;
}
