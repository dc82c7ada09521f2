// pandapipes: the JSON that pandapipes.to_json writes, of all versions from 0.1 on: a network of gas, water or heat.
// Fed by    one .json file
// Gives     junctions, pipes, valves, pumps, exchangers, plants, reservoirs, loads and tanks, with the network between them;
//           each names its carrier
// Must not  run what the file holds of Python
// P1  the same net saved by two versions of pandapipes gives the same twins
// P2  a file that is cut off or damaged gives what stands before the fault
// P3  what concerns the whole net (name, fluid, options of the pipeflow) stands once, as `network` on the first source
// Source    https://pandapipes.readthedocs.io, "Components"; pandapipes/create.py, io/convert_format.py

import type { Json } from "../district.ts";
import { Findings } from "../finding.ts";
import type { DistrictPart, Loader } from "./loader.ts";
import { checkNet } from "./pandapipes/checks.ts";
import { PANDAPIPES } from "./pandapipes/component-tables.ts";
import { PANDAPIPES_FINDINGS } from "./pandapipes/findings.ts";
import { carrierOf, type Fluid, plain, readFluid } from "./pandapipes/fluid.ts";
import { connectComponents } from "./pandapipes/network.ts";
import { describeByType } from "./pandapipes/std-types.ts";
import { upgradeTables } from "./pandapipes/upgrade.ts";
import { censusOf } from "./pandas-json/census.ts";
import { allOf, type Elements, readElements } from "./pandas-json/elements.ts";
import type { Report } from "./pandas-json/format.ts";
import { placeElements } from "./pandas-json/geo.ts";
import { type Net, readNet } from "./pandas-json/net.ts";
import { keepWhole, reportLeftOut } from "./pandas-json/whole.ts";
import { decodePlainText } from "./plain-text.ts";

export { PANDAPIPES_FINDINGS };

export const loadPandapipes: Loader = ({ source, file, bytes }): DistrictPart => {
  const findings = new Findings(PANDAPIPES_FINDINGS, source, file);
  const report: Report = (word, at, message) => findings.add(`PANDAPIPES_${word}`, at, message);
  const { text, encoding } = decodePlainText(bytes);
  if (encoding !== "utf-8") report("ENCODING", "", `the file is read as ${encoding}`);
  const net = readNet(text, PANDAPIPES, report);
  if (!net) return { twins: [], links: [], branches: [], findings: findings.all };

  upgradeTables(net);
  const fluid = readFluid(net);
  if (fluid.isGas === undefined)
    findings.add("PANDAPIPES_FLUID_MISSING", "fluid", "the net has no fluid that says what it is");
  const carrier = carrierOf(net, fluid);
  const elements = readElements(net, PANDAPIPES, source, () => carrier, report);
  const usedTypes = describeByType(net, elements, findings);
  reportLeftOut(net, new Map(), "pandapipes", report);
  placeElements(net, elements, { node: "junction", way: "pipe", ends: ["from_junction", "to_junction"] });
  const network = connectComponents(elements, report, findings);
  const whole = wholeOf(net, fluid);
  keepWhole(elements, sourceOf(elements), whole);
  checkNet(elements, network, report, findings);

  const census = censusOf(net, elements, new Map());
  census.add("kept", "std_types", usedTypes);
  const twins = allOf(elements).map(({ twin }) => twin);
  if (fluid.saved !== undefined) census.add(twins.length > 0 ? "kept" : "unknown", "fluid");
  const { links, branches } = network;
  return { twins, links, branches, findings: findings.all, census };
};

/** What the net says of itself, without what is empty. */
function wholeOf(net: Net, { saved }: Fluid): Record<string, Json> {
  const said: Record<string, Json | undefined> = {
    name: net.own("name"),
    version: net.own("version"),
    fluid: saved,
    pipeflowOptions: plain(net.own("user_pf_options") ?? null),
  };
  return Object.fromEntries(
    Object.entries(said).filter((entry): entry is [string, Json] => {
      const value = entry[1];
      return value !== undefined && value !== null && value !== "" && JSON.stringify(value) !== "{}";
    }),
  );
}

/** The first source that holds the pressure of the net. */
function sourceOf(elements: Elements) {
  const all = ["ext_grid", "circ_pump_pressure", "circ_pump_mass", "heat_generator"];
  return all.flatMap((table) => [...elements.get(table)!.values()])[0];
}
