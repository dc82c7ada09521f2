// meters.csv: the meters of a district, what each measures, and the devices that feed them.
// Fed by    the text of the table, and the twins of the district that a meter may measure
// Gives     twins `meter:meters:ID` and `device:meters:DEVICE`, their links, and which device feeds which meters
// Must not  change the twins it is shown
// M1  a row that is no meter becomes findings with its line, and does not hide the others
// M2  a point of a device feeds one meter: what arrives can never belong to two
// M3  a device name is one token of a NATS subject

import { type CsvRecord, readCsv } from "./csv.ts";
import { CARRIERS, type Link, newTwin, type TwinId, type TwinModel, twinId } from "./district.ts";
import { durationFault, parseDuration } from "./duration.ts";
import { type Finding, Findings } from "./finding.ts";
import { METERS_FINDINGS } from "./meters-findings.ts";
import { readPoints } from "./meters-points.ts";
import { didYouMean, MAX_SUGGESTIONS } from "./nearest.ts";

/** Source of the twins of meters.csv. */
export const METERS_SOURCE = "meters";
const COLUMNS = ["id", "carrier", "measures", "device", "points", "interval"] as const;
type Column = (typeof COLUMNS)[number];

export interface MetersPart {
  twins: TwinModel[];
  links: Link[];
  /** Device name to the meters that it feeds. */
  devices: Map<string, TwinId[]>;
  findings: Finding[];
}

/**
 * Reads the meter table (RFC 4180, header `id,carrier,measures,device,points,interval` in any order). More columns become
 * attributes. A meter may measure any twin of `twins` or of the table itself; a meter of something else is kept, unlinked.
 */
export function readMeters(text: string, file: string, twins: ReadonlyMap<TwinId, TwinModel>): MetersPart {
  const { records, faults } = readCsv(text);
  const findings = new Findings(METERS_FINDINGS, METERS_SOURCE, file);
  for (const fault of faults) findings.add("METERS_CSV", `line ${fault.line}`, fault.message);
  const header = readHeader(records[0], findings);
  const table = new MeterTable(findings);
  if (header) for (const record of records.slice(1)) table.add(record, header);
  table.linkMeasured(twins);
  return { ...table.part(), findings: findings.all };
}

/** Names of the columns in their order; undefined when one is missing, as no row can be a meter then. */
function readHeader(record: CsvRecord | undefined, findings: Findings<typeof METERS_FINDINGS>): string[] | undefined {
  if (!record) {
    findings.add("METERS_HEADER", "line 1", "the table is empty");
    return undefined;
  }
  const header = record.cells.map((cell) => COLUMNS.find((name) => name === cell.trim().toLowerCase()) ?? cell.trim());
  const at = `line ${record.line}`;
  const missing = COLUMNS.filter((name) => !header.includes(name));
  if (missing.length === COLUMNS.length) {
    const separated = /^\W*id\W*[;\t|]/i.test(record.cells[0]!) ? ": its cells are not separated by commas" : "";
    findings.add("METERS_HEADER", at, `the first line is no header of a meter table${separated}`);
    return undefined;
  }
  for (const name of missing) {
    const others = header.filter((other) => !COLUMNS.some((known) => known === other));
    findings.add("METERS_COLUMN_MISSING", at, `the column ${name} is missing${didYouMean(name, others)}`);
  }
  const twice = header.filter((name, index) => name !== "" && header.indexOf(name) !== index);
  for (const name of new Set(twice)) findings.add("METERS_COLUMN_TWICE", at, `there are two columns ${name}`);
  return missing.length === 0 ? header : undefined;
}

class MeterTable {
  readonly #findings: Findings<typeof METERS_FINDINGS>;
  readonly #meters = new Map<string, TwinModel>();
  readonly #devices = new Map<string, { intervalMs: number; meters: TwinId[]; points: Set<string> }>();
  readonly #measured: { meter: TwinId; target: string; at: string }[] = [];
  readonly #links: Link[] = [];

  constructor(findings: Findings<typeof METERS_FINDINGS>) {
    this.#findings = findings;
  }

  add(record: CsvRecord, header: string[]): void {
    const at = `line ${record.line}`;
    if (record.cells.length !== header.length) {
      const message = `the row has ${record.cells.length} cells, the header ${header.length}`;
      this.#findings.add("METER_CELLS", at, message);
      if (record.cells.length < header.length) return;
    }
    const cell = (name: string) => (record.cells[header.indexOf(name)] ?? "").trim();
    const meter = this.#meter(cell, at);
    if (!meter) return;
    for (const [index, name] of header.entries()) {
      const value = record.cells[index]!.trim();
      if (name === "" || name === "__proto__" || value === "" || COLUMNS.some((known) => known === name)) continue;
      if (!Object.hasOwn(meter.attributes, name)) meter.attributes[name] = value;
    }
  }

  #meter(cell: (name: Column) => string, at: string): TwinModel | undefined {
    const id = cell("id");
    const [carrier, device, interval, measures] = [cell("carrier"), cell("device"), cell("interval"), cell("measures")];
    const good = [this.#idIsGood(id, at), this.#carrierIsGood(carrier, at), this.#deviceIsGood(device, at)];
    const intervalMs = parseDuration(interval);
    if (intervalMs === undefined) {
      const fault =
        interval === "" ? `meter ${id} has no interval` : `the interval ${interval} ${durationFault(interval)}`;
      this.#findings.add("METER_INTERVAL", at, fault);
    }
    if (measures === "") this.#findings.add("METER_MEASURES_MISSING", at, `meter ${id} does not say what it measures`);
    const points = readPoints(cell("points"), id, at, this.#findings);
    if (!good.every(Boolean) || intervalMs === undefined) return undefined;
    const free = points.filter((point) => this.#pointIsFree(device, point.name, id, at));
    if (free.length === 0) return undefined;

    const meter = newTwin("meter", METERS_SOURCE, id, { carrier, measures, device, intervalMs });
    meter.points = free;
    this.#meters.set(id, meter);
    this.#feed(device, intervalMs, meter);
    if (measures !== "") this.#measured.push({ meter: meter.id, target: measures, at });
    return meter;
  }

  #idIsGood(id: string, at: string): boolean {
    if (id === "") this.#findings.add("METER_ID", at, "a meter has no id");
    else if (this.#meters.has(id)) this.#findings.add("METER_ID_TWICE", at, `another meter has the id ${id}, too`);
    else return true;
    return false;
  }

  #carrierIsGood(carrier: string, at: string): boolean {
    if (CARRIERS.some((known) => known === carrier)) return true;
    const message = carrier === "" ? "a meter has no carrier" : `the carrier ${carrier} is unknown`;
    this.#findings.add("METER_CARRIER", at, `${message}${didYouMean(carrier, CARRIERS)}`);
    return false;
  }

  #deviceIsGood(device: string, at: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    const refused = /[\s.*>\u0000-\u001f\u007f]/.exec(device);
    if (device === "") this.#findings.add("METER_DEVICE", at, "a meter has no device");
    else if (refused) {
      this.#findings.add("METER_DEVICE", at, `the device name ${device} holds ${JSON.stringify(refused[0])}`);
    } else return true;
    return false;
  }

  #pointIsFree(device: string, point: string, id: string, at: string): boolean {
    if (!this.#devices.get(device)?.points.has(point)) return true;
    const message = `${point} of device ${device} feeds another meter already, so it does not feed ${id}`;
    this.#findings.add("METER_POINT_AMBIGUOUS", at, message);
    return false;
  }

  #feed(name: string, intervalMs: number, meter: TwinModel): void {
    const device = this.#devices.get(name) ?? { intervalMs, meters: [], points: new Set() };
    this.#devices.set(name, device);
    device.intervalMs = Math.min(device.intervalMs, intervalMs);
    device.meters.push(meter.id);
    for (const point of meter.points!) device.points.add(point.name);
    this.#links.push({ from: twinId("device", METERS_SOURCE, name), role: "feeds", to: meter.id });
  }

  /** Links the meters to what they measure, which may be a meter of a later row. */
  linkMeasured(twins: ReadonlyMap<TwinId, TwinModel>): void {
    const own = new Map(this.part().twins.map((twin) => [twin.id, twin]));
    const known = new Set([...twins.keys(), ...own.keys()]);
    for (const { meter, target, at } of this.#measured) {
      const measured = own.get(target) ?? twins.get(target);
      if (target === meter) this.#findings.add("METER_MEASURES_ITSELF", at, `${meter} measures itself`);
      else if (measured) {
        // a thing that several sources show has several ids
        own.get(meter)!.attributes.measures = measured.id;
        this.#links.push({ from: meter, role: "measures", to: measured.id });
      } else {
        const suggestion =
          this.#findings.count("METER_MEASURES_UNKNOWN") < MAX_SUGGESTIONS ? didYouMean(target, known) : "";
        const message = `${meter} measures ${target}, which is not in the district${suggestion}`;
        this.#findings.add("METER_MEASURES_UNKNOWN", at, message);
      }
    }
  }

  part(): Omit<MetersPart, "findings"> {
    const devices = new Map<string, TwinId[]>();
    const twins = [...this.#meters.values()];
    for (const [name, device] of this.#devices) {
      devices.set(name, device.meters);
      twins.push(newTwin("device", METERS_SOURCE, name, { device: name, intervalMs: device.intervalMs }));
    }
    return { twins, links: this.#links, devices };
  }
}
