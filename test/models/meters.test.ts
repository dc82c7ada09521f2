import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newTwin } from "../../models/district.ts";
import { readMeters } from "../../models/meters.ts";

const SCHOOL = newTwin("building", "school", "0xScRe4drECQ4DMSqUjd6d", {});
const TWINS = new Map([[SCHOOL.id, SCHOOL]]);
const HEADER = "id,carrier,measures,device,points,interval";
const ROW = "m-17,electricity,building:school:0xScRe4drECQ4DMSqUjd6d,dev-17,energyImport:kWh;power:W,PT15M";

function read(...lines: string[]) {
  return readMeters(lines.join("\n"), "meters.csv", TWINS);
}

function findingsOf(...lines: string[]): string[] {
  return read(...lines).findings.map((finding) => `${finding.severity} ${finding.code} ${finding.at}`);
}

const TWIN = {
  id: "meter:meters:m-17",
  kind: "meter",
  source: "meters",
  element: "m-17",
  attributes: { carrier: "electricity", measures: SCHOOL.id, device: "dev-17", intervalMs: 900_000 },
  points: [
    { name: "energyImport", unit: "kWh" },
    { name: "power", unit: "W" },
  ],
};

describe("readMeters", () => {
  test("the row of the contract is a meter that measures the building and is fed by its device", () => {
    expect(read(HEADER, ROW)).toEqual({
      twins: [
        TWIN,
        {
          id: "device:meters:dev-17",
          kind: "device",
          source: "meters",
          element: "dev-17",
          attributes: { device: "dev-17", intervalMs: 900_000 },
        },
      ],
      links: [
        { from: "device:meters:dev-17", role: "feeds", to: "meter:meters:m-17" },
        { from: "meter:meters:m-17", role: "measures", to: SCHOOL.id },
      ],
      devices: new Map([["dev-17", ["meter:meters:m-17"]]]),
      findings: [],
    });
  });

  test("byte order mark, CRLF, quotes and another order of the columns make no difference", () => {
    const text = `\uFEFF"Interval",points,device,measures,carrier,id\r\nPT15M,"energyImport:kWh; power:W",dev-17,"${SCHOOL.id}",electricity,m-17\r\n`;
    expect(readMeters(text, "meters.csv", TWINS)).toEqual(read(HEADER, ROW));
  });

  test("more columns become attributes, except blank ones and names that are taken", () => {
    const meter = read(`${HEADER},room,intervalMs,serial`, `${ROW},cellar,7,`).twins[0]!;
    expect(meter.attributes).toEqual({ ...TWIN.attributes, room: "cellar" });
  });

  test("a device may feed several meters, and reports as often as the most frequent", () => {
    const part = read(HEADER, ROW, `m-18,gas,${SCHOOL.id},dev-17,volume:m3,PT5M`);
    expect(part.findings).toEqual([]);
    expect(part.devices).toEqual(new Map([["dev-17", ["meter:meters:m-17", "meter:meters:m-18"]]]));
    expect(part.twins.at(-1)!.attributes).toEqual({ device: "dev-17", intervalMs: 300_000 });
  });

  test("a meter may measure a meter of a later row", () => {
    const part = read(
      HEADER,
      ROW.replace(SCHOOL.id, "meter:meters:m-18"),
      `m-18,gas,${SCHOOL.id},dev-18,volume:m3,PT5M`,
    );
    expect(part.findings).toEqual([]);
    expect(part.links).toContainEqual({ from: "meter:meters:m-17", role: "measures", to: "meter:meters:m-18" });
  });

  const row = (change: Record<string, string>) => {
    const [id, carrier, measures, device, points, interval] = ROW.split(",");
    return Object.values({ id, carrier, measures, device, points, interval, ...change }).join(",");
  };

  test.each([
    [{ id: "" }, "error METER_ID line 2"],
    [{ carrier: "steam" }, "error METER_CARRIER line 2"],
    [{ carrier: "" }, "error METER_CARRIER line 2"],
    [{ device: "dev 17" }, "error METER_DEVICE line 2"],
    [{ device: "dev.17" }, "error METER_DEVICE line 2"],
    [{ device: "dev*" }, "error METER_DEVICE line 2"],
    [{ device: ">" }, "error METER_DEVICE line 2"],
    [{ device: "" }, "error METER_DEVICE line 2"],
    [{ points: "" }, "error METER_POINTS line 2"],
    [{ points: "power" }, "error METER_POINTS line 2"],
    [{ points: "the power:W" }, "error METER_POINTS line 2"],
    [{ points: "power:furlong" }, "error METER_UNIT line 2"],
    [{ interval: "15 min" }, "error METER_INTERVAL line 2"],
    [{ interval: "P1M" }, "error METER_INTERVAL line 2"],
    [{ interval: "PT0S" }, "error METER_INTERVAL line 2"],
  ])("%j is a finding, and the next row is still read", (change, finding) => {
    const lines = [HEADER, row(change as Record<string, string>), row({ id: "m-18", device: "dev-18" })];
    expect(findingsOf(...lines)).toEqual([finding]);
    expect(read(...lines).twins.map((twin) => twin.id)).toEqual(["meter:meters:m-18", "device:meters:dev-18"]);
  });

  test("all faults of a row are reported", () => {
    const codes = read(HEADER, "m-17,steam,x,dev 17,power:furlong,P1M").findings.map((finding) => finding.code);
    expect(codes.sort()).toEqual(["METER_CARRIER", "METER_DEVICE", "METER_INTERVAL", "METER_UNIT"]);
  });

  test("a row with too few or too many cells is a finding", () => {
    expect(findingsOf(HEADER, "m-17,electricity", `${ROW},more`)).toEqual([
      "error METER_CELLS line 2",
      "error METER_CELLS line 3",
    ]);
  });

  test("a second meter of the same id is a finding", () => {
    expect(findingsOf(HEADER, ROW, row({ device: "dev-18" }))).toEqual(["error METER_ID_TWICE line 3"]);
  });

  test("a second point of the same name is a finding, and the first is kept", () => {
    const part = read(HEADER, row({ points: "power:W;power:kW" }));
    expect(part.findings.map((finding) => finding.code)).toEqual(["METER_POINT_TWICE"]);
    expect(part.twins[0]!.points).toEqual([{ name: "power", unit: "W" }]);
  });

  test("M2 a point of a device feeds one meter only", () => {
    const part = read(HEADER, ROW, row({ id: "m-18", points: "power:W;energyExport:kWh" }));
    expect(part.findings.map((finding) => `${finding.code} ${finding.at}`)).toEqual(["METER_POINT_AMBIGUOUS line 3"]);
    expect(part.twins[1]!.points).toEqual([{ name: "energyExport", unit: "kWh" }]);
  });

  test("a meter of something unknown is kept without the link, and the nearest id is suggested", () => {
    const part = read(HEADER, row({ measures: "building:school:0xScRe4drECQ4DMSqUjd6D9" }));
    expect(part.findings).toMatchObject([{ severity: "error", code: "METER_MEASURES_UNKNOWN", at: "line 2" }]);
    expect(part.findings[0]!.message).toContain(`did you mean ${SCHOOL.id}?`);
    expect(part.links.map((link) => link.role)).toEqual(["feeds"]);
    expect(part.twins).toHaveLength(2);
  });

  test.each([
    [[""], "METERS_HEADER"],
    [["a,b,c", "1,2,3"], "METERS_HEADER"],
    [[HEADER.replaceAll(",", ";"), ROW], "METERS_HEADER"],
    [[HEADER.replace("carrier", "carier"), ROW], "METERS_COLUMN_MISSING"],
    [[`${HEADER},room,room`, `${ROW},a,b`], "METERS_COLUMN_TWICE"],
    [[HEADER, `"${ROW}`], "METERS_CSV"],
  ])("%j has the finding %s", (lines, code) => {
    expect(read(...lines).findings.map((finding) => finding.code)).toContain(code);
  });

  test("no text makes it throw", () => {
    const text = `${HEADER}\n${ROW}\n${ROW}`;
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(20), fc.string({ unit: "binary" }), (at, length, other) => {
        readMeters(text.slice(0, at) + other + text.slice(at + length), "meters.csv", TWINS);
      }),
    );
  });
});
