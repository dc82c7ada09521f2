// Bindings: which point of which twin a device's point is, and where it lives.

import { expect, test } from "vitest";
import { cellsOf } from "../../models/cells.ts";
import { bindDevices } from "../../runtime/bindings.ts";
import { districtOf, meterOf } from "./live/harness.ts";

test("every point of every meter that a device feeds is bound to that meter, in its unit and partition (B1)", () => {
  const district = districtOf(
    {
      ...{ "bus:lv:1": {}, "bus:mv:1": {} },
      "meter:meters:m-1": meterOf("bus:lv:1", { voltage: "V", frequency: "Hz" }, { device: "d-1" }),
      "meter:meters:m-2": meterOf("bus:mv:1", { voltageAbove: "kV" }, { device: "d-1" }),
      "meter:meters:m-3": meterOf("bus:lv:1", { voltage: "mV" }, { device: "d-2" }),
    },
    [
      ["meter:meters:m-1", "measures", "bus:lv:1"],
      ["meter:meters:m-2", "measures", "bus:mv:1"],
      ["meter:meters:m-3", "measures", "bus:lv:1"],
    ],
  );
  const bindings = bindDevices(district, cellsOf(district));
  const pointsOf = (device: string) => Object.fromEntries(bindings.get(device) ?? []);
  const devices = [...district.devices.keys()];
  const all = () => Object.fromEntries(devices.map((device) => [device, pointsOf(device)]));
  const first = all();
  expect(all()).toEqual(first);
  expect(bindings.get("d-3")).toBeUndefined();
  expect(first).toEqual({
    "d-1": {
      voltage: { number: 0, twin: "meter:meters:m-1", partition: "lv", unit: "V" },
      frequency: { number: 1, twin: "meter:meters:m-1", partition: "lv", unit: "Hz" },
      voltageAbove: { number: 2, twin: "meter:meters:m-2", partition: "mv", unit: "kV" },
    },
    "d-2": { voltage: { number: 3, twin: "meter:meters:m-3", partition: "lv", unit: "mV" } },
  });
});
