// Meters and devices: who is never fed, who measures only meters, and what is counted twice.
// Why       a meter without readings looks like a building without consumption
// What meters.csv and Brick tell with their line is left out: meters that measure nothing, or something unknown.

import { carrierOf, type Kind, type TwinId, type TwinModel } from "../district.ts";
import { named } from "../loaders/reach.ts";
import { push, type Subject } from "./subject.ts";

/** Elements that are of one carrier: a water meter at a bus is a slip. Plants, generators and stores turn one into another, and pumps take current. */
const OF_ONE_CARRIER: ReadonlySet<Kind> = new Set<Kind>([
  ...(["bus", "line", "transformer", "switch", "load", "grid"] as const),
  ...(["junction", "pipe", "valve", "tank", "reservoir", "exchanger"] as const),
]);

/** Devices of a building model that measure by nature. */
const MEASURING = /^Ifc(?:FlowMeter|Sensor)$/;

const MS_PER_DAY = 86_400_000;
const MIN_INTERVAL_MS = 1_000;
/** The longest time between two readings by hand that is usual: a year, and a month of grace. */
const MAX_INTERVAL_MS = 400 * MS_PER_DAY;

export function checkMeters(subject: Subject): void {
  const fed = new Set([...subject.district.devices.keys()].flatMap((name) => subject.district.devices.get(name)!));
  for (const twin of subject.twins.values()) {
    if (twin.kind !== "meter") continue;
    checkFed(subject, twin, fed);
    checkCircle(subject, twin);
    checkCarrier(subject, twin);
    checkInterval(subject, twin);
  }
  for (const [id, meters] of subject.metersOf) if (meters.length > 1) checkTwice(subject, id, meters);
}

function checkFed(subject: Subject, meter: TwinModel, fed: ReadonlySet<TwinId>): void {
  if (!meter.points?.length) subject.add("METER_NEVER_FED", meter, "it has no point with a unit");
  else if (!fed.has(meter.id)) subject.add("METER_NEVER_FED", meter, "no device feeds it");
}

/** Told once for each circle, at the first of its meters. */
function checkCircle(subject: Subject, meter: TwinModel): void {
  const way = new Set([meter]);
  for (const at of way) {
    const next = subject.measuredBy.get(at.id)?.[0];
    if (next?.kind !== "meter") return;
    if (next === meter) break;
    if (way.has(next)) return; // leads into a circle: its own meters tell of it
    way.add(next);
  }
  const ids = [...way].map(({ id }) => id);
  if (ids.every((id) => meter.id <= id))
    subject.add("METER_CIRCLE", meter, `${named(ids)} measure each other in a circle`);
}

function checkCarrier(subject: Subject, meter: TwinModel): void {
  const { carrier } = meter.attributes;
  for (const measured of subject.measuredBy.get(meter.id) ?? []) {
    const other = measured.kind === "meter" ? measured.attributes.carrier : carrierOf(measured);
    const isOfOne = measured.kind === "meter" || OF_ONE_CARRIER.has(measured.kind);
    if (isOfOne && typeof carrier === "string" && typeof other === "string" && carrier !== other)
      subject.add("METER_CARRIER_ODD", meter, `it is a meter of ${carrier}, and ${measured.id} carries ${other}`);
  }
}

function checkInterval(subject: Subject, meter: TwinModel): void {
  const { intervalMs } = meter.attributes;
  if (typeof intervalMs !== "number") return;
  if (intervalMs < MIN_INTERVAL_MS) {
    subject.add(
      "METER_INTERVAL_ODD",
      meter,
      `it reports every ${intervalMs} ms, and registers change by the second at most`,
    );
  } else if (intervalMs > MAX_INTERVAL_MS) {
    subject.add(
      "METER_INTERVAL_ODD",
      meter,
      `it reports every ${Math.round(intervalMs / MS_PER_DAY)} days: its silence is noticed after years`,
    );
  }
}

/** What a point counts: of a meter of unknown carrier, by its name alone. */
function countedBy({ attributes: { carrier } }: TwinModel, point: string): string {
  return typeof carrier === "string" ? `${point} of ${carrier}` : point;
}

/** Two meters of one carrier that count the same of one thing. */
function checkTwice(subject: Subject, id: TwinId, meters: readonly TwinModel[]): void {
  const byPoint = new Map<string, TwinModel[]>();
  for (const meter of meters) for (const { name } of meter.points ?? []) push(byPoint, countedBy(meter, name), meter);
  const told = new Set<string>();
  for (const [point, several] of byPoint) {
    const ids = several.map((meter) => meter.id);
    if (several.length < 2 || told.has(ids.join(" "))) continue;
    told.add(ids.join(" "));
    subject.add("METER_TWICE", several[1]!, `${named(ids)} all measure ${point} at ${id}`);
  }
}

export function checkDevices(subject: Subject): void {
  for (const twin of subject.twins.values()) {
    if (twin.kind !== "device") continue;
    const { ifcClass } = twin.attributes;
    const isNamed = subject.district.devices.has(twin.element);
    if (isNamed && subject.district.devices.get(twin.element)!.length === 0) {
      subject.add("DEVICE_UNBOUND", twin, "it feeds no meter: what it publishes becomes dead letters");
    } else if (typeof ifcClass === "string" && MEASURING.test(ifcClass) && !subject.metersOf.has(twin.id)) {
      subject.add("DEVICE_UNBOUND", twin, `it is an ${ifcClass}, and no meter of the district stands for it`);
    }
  }
}
