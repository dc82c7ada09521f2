// What a script says of the whole circuit, or of a bus: options, voltage bases, coordinates.
// Fed by    the parameters of Set, SetkVBase and SetBusXY
// Gives     the settings of the circuit

import type { Json } from "../../district.ts";
import type { OpenDssCensus } from "./census.ts";
import { optionAt, optionOf } from "./commands.ts";
import type { OpenDssFindings } from "./findings.ts";
import { numberOf } from "./inline-math.ts";
import { type Objects, type Place, placeText } from "./objects.ts";
import { itemsOf, type Parameter, plainToken, shownText, type Token } from "./tokens.ts";
import { isCalculation } from "./values.ts";

/** The options of a Set, each with its value. */
export function optionsOf(
  parameters: readonly Parameter[],
  place: Place,
  findings: OpenDssFindings,
  census: OpenDssCensus,
): { option: string; value: Token }[] {
  let next = 0;
  return parameters.flatMap(({ name, value }) => {
    const option = name === "" ? optionAt(next) : optionOf(name);
    next++;
    if (option !== undefined) return [{ option, value }];
    census.countUnknown(`option ${shownText(name)}`);
    findings.add("OPENDSS_OPTION_UNKNOWN", placeText(place), `Set has no option "${shownText(name)}"`);
    return [];
  });
}

export function optionValue(value: Token): Json {
  const items = itemsOf(value);
  if (items.length > 1 && !isCalculation(value, items)) return items.map((item) => numberOf(item) ?? item.text);
  return numberOf(value) ?? value.text;
}

export function setVoltageBase(
  parameters: readonly Parameter[],
  place: Place,
  objects: Objects,
  findings: OpenDssFindings,
): void {
  const said = (key: string) => parameters.find(({ name }) => name.toLowerCase() === key)?.value;
  const bus = (said("bus") ?? parameters[0]?.value)?.text.split(".")[0]?.trim();
  const [phaseToPhase, phaseToNeutral] = [said("kvll"), said("kvln")];
  const kv = numberOf(phaseToPhase ?? phaseToNeutral ?? plainToken(""));
  if (!bus || kv === undefined) {
    findings.add("OPENDSS_NUMBER", placeText(place), "SetkVBase needs a bus and kVLL or kVLN");
    return;
  }
  objects.busBases.set(bus.toLowerCase(), { bus, vnKv: phaseToPhase ? kv : kv * Math.sqrt(3), place });
}

export function setCoordinates(
  parameters: readonly Parameter[],
  place: Place,
  objects: Objects,
  findings: OpenDssFindings,
): void {
  const [bus, x, y] = ["bus", "x", "y"].map(
    (key, index) => (parameters.find(({ name }) => name.toLowerCase() === key) ?? parameters[index])?.value,
  );
  const [atX, atY] = [x && numberOf(x), y && numberOf(y)];
  if (!bus || atX === undefined || atY === undefined) {
    findings.add("OPENDSS_COORDS", placeText(place), "SetBusXY needs bus, x and y");
    return;
  }
  objects.coordinates.set(bus.text.toLowerCase(), { bus: bus.text, x: atX, y: atY, isGeographic: false, place });
}
