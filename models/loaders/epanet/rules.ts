// Rule-based controls of an .inp file: RULE, IF ... AND ... THEN ... ELSE ... PRIORITY.
// Fed by    [RULES]
// Gives     each rule as text on every link that it acts upon, in the file's units
// R1  a rule with a fault is kept on the links that it names all the same, and the fault is a finding

import { keepOnLink } from "./controls.ts";
import { at, type InpLink, type InpNetwork, linkAt, nodeAt } from "./network.ts";
import type { Row } from "./sections.ts";

const NODE_WORDS = ["NODE", "JUNC", "JUNCTION", "RESERV", "RESERVOIR", "TANK"];
const LINK_WORDS = ["LINK", "PIPE", "PUMP", "VALVE"];
const RELATIONS = ["=", "<>", "<", ">", "<=", ">=", "IS", "NOT", "BELOW", "ABOVE"];

export function readRules(network: InpNetwork, rows: Row[]): void {
  let rule: Row[] = [];
  for (const row of rows) {
    if (row.tokens[0]!.toUpperCase() === "RULE") {
      readRule(network, rule);
      rule = [];
    }
    rule.push(row);
  }
  readRule(network, rule);
}

function readRule(network: InpNetwork, rule: Row[]): void {
  const targets = new Set<InpLink>();
  let part = "";
  for (const row of rule) {
    const word = row.tokens[0]!.toUpperCase();
    const isFirst = row === rule[0];
    if (isFirst !== (word === "RULE")) tell(network, row, "a rule begins with RULE and its name");
    if (word === "RULE" || word === "PRIORITY") continue;
    if (word === "IF" || word === "THEN" || word === "ELSE") part = word;
    else if (word !== "AND" && word !== "OR") {
      tell(network, row, `no clause begins with ${row.tokens[0]}`);
      continue;
    }
    if (part === "IF" || part === "") readPremise(network, row);
    else {
      const target = readAction(network, row);
      if (target) targets.add(target);
    }
  }
  const [head] = rule;
  if (head && targets.size === 0) tell(network, head, "the rule acts upon no link");
  const text = rule.map((row) => row.text).join("\n");
  for (const target of targets) keepOnLink(target, "rules", text);
}

function readPremise(network: InpNetwork, row: Row): void {
  const words = row.tokens.map((token) => token.toUpperCase());
  const object = words[1] ?? "";
  const isSystem = object === "SYSTEM";
  if (NODE_WORDS.includes(object)) nodeAt(network, row, row.tokens[2]);
  else if (LINK_WORDS.includes(object)) linkAt(network, row, row.tokens[2]);
  else if (!isSystem) {
    tell(network, row, `"${row.text}" names no object`);
    return;
  }
  const relation = words[isSystem ? 3 : 4] ?? "";
  const value = words[isSystem ? 4 : 5];
  if (!RELATIONS.includes(relation) || value === undefined) tell(network, row, `"${row.text}" is no condition`);
}

function readAction(network: InpNetwork, row: Row): InpLink | undefined {
  const words = row.tokens.map((token) => token.toUpperCase());
  if (!LINK_WORDS.includes(words[1] ?? "")) {
    tell(network, row, `"${row.text}" names no link`);
    return undefined;
  }
  const link = linkAt(network, row, row.tokens[2]);
  const isAction =
    ["STATUS", "SETTING"].includes(words[3] ?? "") && ["=", "IS"].includes(words[4] ?? "") && words[5] !== undefined;
  if (!isAction) tell(network, row, `"${row.text}" is no action`);
  if (link?.twin.attributes.initialStatus === "cv") {
    network.findings.add("EPANET_CHECK_VALVE_CONTROL", at(row), `pipe ${row.tokens[2]} has a check valve`);
  }
  return link;
}

function tell(network: InpNetwork, row: Row, message: string): void {
  network.findings.add("EPANET_RULE", at(row), message);
}
