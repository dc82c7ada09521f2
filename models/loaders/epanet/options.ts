// The network-wide settings of an .inp file: [OPTIONS] and [TIMES].
// Fed by    the rows of both sections
// Gives     what the other sections need to be read (units, head loss formula, default pattern), and all settings by name
// O1  defaults are EPANET's (2.2 manual, appendix C): GPM, Hazen-Williams, pattern 1, multiplier 1, emitter exponent 0.5

import type { Attributes } from "../../district.ts";
import type { EpanetFindings } from "./findings.ts";
import type { Row } from "./sections.ts";
import { FLOW_UNITS, PRESSURE_UNITS } from "./units.ts";

export interface Options {
  flowUnits: string;
  /** Empty when the file does not name it. */
  pressureUnits: string;
  headlossFormula: string;
  defaultPattern: string;
  demandMultiplier: number;
  emitterExponent: number;
  specificGravity: number;
  /** All options as they stand in the file, by their name in upper case. */
  written: Attributes;
}

const OPTIONS = [
  ...["DEMAND MODEL", "DEMAND MULTIPLIER", "EMITTER EXPONENT", "EMITTER BACKFLOW", "SPECIFIC GRAVITY"],
  ...["MINIMUM PRESSURE", "REQUIRED PRESSURE", "PRESSURE EXPONENT", "QUALITY TOLERANCE", "QUALITY TIMESTEP"],
  ...["UNITS", "PRESSURE", "HEADLOSS", "HYDRAULICS", "QUALITY", "MAP", "VERIFY", "UNBALANCED", "PATTERN", "VISCOSITY"],
  ...[
    "DIFFUSIVITY",
    "TOLERANCE",
    "TRIALS",
    "ACCURACY",
    "HEADERROR",
    "FLOWCHANGE",
    "CHECKFREQ",
    "MAXCHECK",
    "DAMPLIMIT",
  ],
  ...["SEGMENTS", "RQTOL", "HTOL", "QTOL", "BACKFLOW ALLOWED"],
];
/** Letters of an option's word that EPANET compares, where they are more than four. */
const COMPARED: Record<string, number> = {
  ...{ HEADLOSS: 5, TOLERANCE: 5, TRIALS: 5 },
  ...{ HEADERROR: 9, FLOWCHANGE: 10, CHECKFREQ: 9, MAXCHECK: 8, DAMPLIMIT: 9 },
};
const HEADLOSS_FORMULAS = ["H-W", "D-W", "C-M"];
const STATISTICS = ["NONE", "AVER", "MINI", "MAXI", "RANG"];
/** First letters of the words of a time setting, and the attribute that it becomes. */
const TIMES = [
  ["DURA", "", "durationS"],
  ["HYDR", "", "hydraulicTimestepS"],
  ["QUAL", "", "qualityTimestepS"],
  ["RULE", "", "ruleTimestepS"],
  ["MINI", "", "minimumTimestepS"],
  ["PATT", "TIME", "patternTimestepS"],
  ["PATT", "STAR", "patternStartS"],
  ["REPO", "TIME", "reportTimestepS"],
  ["REPO", "STAR", "reportStartS"],
  ["STAR", "", "startClocktimeS"],
] as const;
/** Options that must be numbers above zero. */
const POSITIVE = ["VISCOSITY", "TRIALS", "ACCURACY"];

export function readOptions(rows: Row[], findings: EpanetFindings): Options {
  const written: Attributes = {};
  const lines = new Map<string, string>();
  for (const row of rows) {
    const option = optionOf(row.tokens);
    if (option === undefined)
      findings.add("EPANET_OPTION_UNKNOWN", `line ${row.line}`, `no option is called ${row.tokens[0]}`);
    const name = option ?? row.tokens[0]!.toUpperCase();
    written[name] = row.tokens.slice(option?.split(" ").length ?? 1).join(" ");
    if (written[name] !== "") lines.set(name, `line ${row.line}`);
  }
  const tellValue = (name: string, taken: string | number) =>
    findings.add("EPANET_OPTION_VALUE", lines.get(name) ?? "", `${name} is "${written[name]}"; taken as ${taken}`);
  const word = (name: string, allowed: string[], fallback: string): string => {
    const value = String(written[name] ?? "")
      .split(" ")[0]!
      .toUpperCase();
    const meant =
      allowed.find((one) => one === value) ?? allowed.find((one) => value.length > 2 && one.startsWith(value));
    if (meant === undefined && lines.has(name)) tellValue(name, fallback || "its default");
    return meant ?? fallback;
  };
  const number = (name: string, fallback: number): number => {
    if (!lines.has(name)) return fallback;
    const value = Number(written[name]);
    if (Number.isFinite(value) && value > 0) return value;
    tellValue(name, fallback);
    return fallback;
  };
  for (const name of POSITIVE) number(name, 1);
  word("UNBALANCED", ["STOP", "CONTINUE"], "STOP");
  word("DEMAND MODEL", ["DDA", "PDA"], "DDA");
  return {
    flowUnits: word("UNITS", FLOW_UNITS, "GPM"),
    pressureUnits: word("PRESSURE", PRESSURE_UNITS, ""),
    headlossFormula: word("HEADLOSS", HEADLOSS_FORMULAS, "H-W"),
    defaultPattern: String(written.PATTERN ?? "1"),
    demandMultiplier: number("DEMAND MULTIPLIER", 1),
    emitterExponent: number("EMITTER EXPONENT", 0.5),
    specificGravity: number("SPECIFIC GRAVITY", 1),
    written,
  };
}

/** The option that a row names; EPANET reads the first letters of each of its words, most often four. */
function optionOf(tokens: string[]): string | undefined {
  const words = tokens.map((token) => token.toUpperCase());
  return OPTIONS.find((option) =>
    option.split(" ").every((word, index) => words[index]?.startsWith(word.slice(0, COMPARED[word] ?? 4))),
  );
}

/** [TIMES] with durations and clock times in seconds, the statistic as its word; what is missing has EPANET's default. */
export function readTimes(rows: Row[], findings: EpanetFindings): Attributes {
  const times: Attributes = { durationS: 0, hydraulicTimestepS: 3600, patternTimestepS: 3600, patternStartS: 0 };
  for (const row of rows) {
    const words = row.tokens.map((token) => token.toUpperCase());
    const setting = TIMES.find(([first, second]) => words[0]!.startsWith(first) && (words[1] ?? "").startsWith(second));
    const valueAt = words.findIndex((word, index) => index > 0 && /^[\d.]/.test(word));
    const isStatistic = words[0]!.startsWith("STAT") && STATISTICS.some((one) => words[1]?.startsWith(one));
    const seconds = valueAt < 0 ? undefined : secondsOf(words[valueAt]!, words[valueAt + 1] ?? "");
    if (isStatistic) times.statistic = words[1]!;
    else if (setting && seconds !== undefined) times[setting[2]] = seconds;
    else findings.add("EPANET_TIME", `line ${row.line}`, `"${row.text}" is no setting of time`);
  }
  return times;
}

/** Seconds of `1:30`, `1.5` (hours), `90 MIN`, `5 PM` (EPANET 2.2 manual, [TIMES] and [CONTROLS]). */
export function secondsOf(value: string, unit: string): number | undefined {
  const parts = value.split(":");
  if (value === "" || parts.length > 3 || parts.some((part) => !/^\d+\.?\d*$|^\.\d+$/.test(part))) return undefined;
  const [first = 0, minutes = 0, seconds = 0] = parts.map(Number);
  const word = unit.toUpperCase();
  if (word.startsWith("SEC")) return first;
  if (word.startsWith("MIN")) return first * 60;
  if (word.startsWith("DAY")) return first * 86_400;
  const total = first * 3600 + minutes * 60 + seconds;
  if (word === "" || word.startsWith("HOU")) return total;
  if (first >= 13) return undefined;
  if (word === "AM") return first >= 12 ? total - 12 * 3600 : total;
  if (word === "PM") return first >= 12 ? total : total + 12 * 3600;
  return undefined;
}
