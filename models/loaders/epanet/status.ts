// Initial status and settings that stand apart from the links.
// Fed by    [STATUS]
// Gives     initialStatus, inService, speed and setting of the links
// S1  a row names one link, or the first and the last of a range (EPANET 2.2 manual, [STATUS])
// S2  a number is the speed of a pump (zero closes it) or the setting of a valve, which it makes active

import { at, type InpLink, type InpNetwork, linkAt, requireFields } from "./network.ts";
import type { Row } from "./sections.ts";
import { convertSetting } from "./valves.ts";

export function readStatus(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    if (!requireFields(network, row, 2, "id, status or setting")) continue;
    const value = row.tokens.at(-1)!;
    for (const link of linksOf(network, row)) setStatus(network, row, link, value);
  }
}

function linksOf(network: InpNetwork, row: Row): InpLink[] {
  if (row.tokens.length === 2) {
    const link = linkAt(network, row, row.tokens[0]);
    return link ? [link] : [];
  }
  const inRange = rangeOf(row.tokens[0]!, row.tokens[1]!);
  const links = [...network.links].filter(([id]) => inRange(id)).map(([, link]) => link);
  // A check valve or a GPV inside a range is passed over in silence, as in EPANET.
  return links.filter(
    (link) => link.twin.attributes.initialStatus !== "cv" && link.twin.attributes.valveType !== "GPV",
  );
}

/** Whether an id lies between two others: as numbers when both are, else by their letters. */
export function rangeOf(first: string, last: string): (id: string) => boolean {
  const [low, high] = [Number(first), Number(last)];
  if (Number.isFinite(low) && Number.isFinite(high)) return (id) => Number(id) >= low && Number(id) <= high;
  return (id) => id >= first && id <= last;
}

function setStatus(network: InpNetwork, row: Row, link: InpLink, value: string): void {
  const { kind, element, attributes } = link.twin;
  const word = value.toUpperCase();
  const number = Number(value);
  const isWord = word === "OPEN" || word === "CLOSED";
  if (!isWord && !(Number.isFinite(number) && number >= 0)) {
    network.findings.add("EPANET_KEYWORD", at(row), `status of ${kind} ${element} is ${value}`);
  } else if (attributes.initialStatus === "cv" || (attributes.valveType === "GPV" && !isWord)) {
    network.findings.add("EPANET_CHECK_VALVE_CONTROL", at(row), `${kind} ${element} cannot be given a status`);
  } else if (isWord) {
    attributes.initialStatus = word.toLowerCase();
    attributes.inService = word !== "CLOSED";
    // EPANET runs a pump that is opened here at its normal speed, whatever [PUMPS] says.
    if (kind === "pump" && word === "OPEN") attributes.speed = 1;
  } else if (kind === "pump") {
    attributes.speed = number;
    attributes.initialStatus = number === 0 ? "closed" : "open";
    attributes.inService = number !== 0;
  } else if (kind === "valve") {
    attributes.setting = convertSetting(network, String(attributes.valveType), number);
    attributes.initialStatus = "active";
    attributes.inService = true;
  } else {
    network.findings.add("EPANET_STATUS_IGNORED", at(row), `${kind} ${element} cannot be ${value}`);
  }
}
