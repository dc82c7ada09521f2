// Simple controls of an .inp file: LINK p CLOSED IF NODE t ABOVE 20, LINK p OPEN AT TIME 5.
// Fed by    [CONTROLS]
// Gives     each control as text on the link that it acts upon, in the file's units
// C1  a control is kept as it stands; carrying it out is the twins' business

import { at, type InpLink, type InpNetwork, linkAt, nodeAt } from "./network.ts";
import { secondsOf } from "./options.ts";
import type { Row } from "./sections.ts";

export function readControls(network: InpNetwork, rows: Row[]): void {
  for (const row of rows) {
    const words = row.tokens.map((token) => token.toUpperCase());
    const link = linkAt(network, row, row.tokens[1]);
    if (link === undefined) continue;
    keepOnLink(link, "controls", row.text);
    if (link.twin.attributes.initialStatus === "cv") {
      network.findings.add("EPANET_CHECK_VALVE_CONTROL", at(row), `pipe ${row.tokens[1]} has a check valve`);
    }
    const action = words[2] ?? "";
    const isAction = ["OPEN", "CLOSED", "ACTIVE"].includes(action) || isNumber(action);
    if (!isAction || !isCondition(network, row, words)) {
      network.findings.add("EPANET_CONTROL", at(row), `"${row.text}" is no control`);
    }
  }
}

/** Adds a text to the list that a link has of its kind. */
export function keepOnLink(link: InpLink, list: "controls" | "rules", text: string): void {
  const texts = link.twin.attributes[list];
  if (Array.isArray(texts)) texts.push(text);
  else link.twin.attributes[list] = [text];
}

function isCondition(network: InpNetwork, row: Row, words: string[]): boolean {
  if (words[3] === "IF") {
    // EPANET takes any word for NODE here; an undefined node is told apart, as its own finding.
    nodeAt(network, row, row.tokens[5]);
    return ["ABOVE", "BELOW"].includes(words[6] ?? "") && isNumber(words[7] ?? "");
  }
  if (words[3] !== "AT") return false;
  const isTime = words[4] === "TIME" || words[4] === "CLOCKTIME";
  return isTime && secondsOf(words[5] ?? "", words[6] ?? "") !== undefined;
}

function isNumber(token: string): boolean {
  return token !== "" && Number.isFinite(Number(token));
}
