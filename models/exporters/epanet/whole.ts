// The sections of an .inp file that speak of the whole network.
// Fed by    what the file said of itself, as `network` on one of its nodes
// Gives     per section its rows
// W1  texts, patterns and curves stand in the file's units already

import type { Attributes, Json } from "../../district.ts";
import { number, row, word, words } from "./row.ts";

const PATTERN_VALUES_PER_ROW = 6;
const TIMES: Record<string, string> = {
  durationS: "DURATION",
  hydraulicTimestepS: "HYDRAULIC TIMESTEP",
  qualityTimestepS: "QUALITY TIMESTEP",
  ruleTimestepS: "RULE TIMESTEP",
  minimumTimestepS: "MINIMUM TRAVELTIME",
  patternTimestepS: "PATTERN TIMESTEP",
  patternStartS: "PATTERN START",
  reportTimestepS: "REPORT TIMESTEP",
  reportStartS: "REPORT START",
  startClocktimeS: "START CLOCKTIME",
};

/** Words behind the two that name a setting; more than two of them were one word in quotes. */
const setting = (name: string, value: Json | undefined): string => {
  const text = String(value ?? "");
  return row([name, text.split(" ").length > 2 ? `"${text}"` : words(text)]);
};

/** By section; one that is empty is not written. */
export const OF_NETWORK: Record<string, (whole: Attributes) => Iterable<string>> = {
  TITLE: ({ title }) => (title === "" ? [] : String(title).split("\n")),
  *PATTERNS({ patterns }) {
    for (const [id, multipliers] of Object.entries(patterns as Record<string, number[]>)) {
      if (multipliers.length === 0) yield row([word(id)]);
      for (let at = 0; at < multipliers.length; at += PATTERN_VALUES_PER_ROW) {
        yield row([word(id), ...multipliers.slice(at, at + PATTERN_VALUES_PER_ROW).map(number)]);
      }
    }
  },
  *CURVES({ curves }) {
    for (const [id, points] of Object.entries(curves as Record<string, [number, number][]>)) {
      if (points.length === 0) yield row([word(id)]);
      for (const [x, y] of points) yield row([word(id), number(x), number(y)]);
    }
  },
  CONTROLS: ({ controls }) => asTheyStand(controls),
  RULES: ({ rules }) => asTheyStand(rules),
  *ENERGY({ energy }) {
    for (const [name, value] of Object.entries(energy as Attributes)) yield setting(name, value);
  },
  *REACTIONS({ reactions }) {
    for (const [name, value] of Object.entries(reactions as Attributes)) yield setting(name, value);
  },
  *TIMES({ times }) {
    for (const [name, value] of Object.entries(times as Attributes)) {
      yield row(name === "statistic" ? ["STATISTIC", String(value)] : [TIMES[name]!, number(value), "SEC"]);
    }
  },
  REPORT: ({ report }) => asTheyStand(report),
  *OPTIONS({ options }) {
    for (const [name, value] of Object.entries(options as Attributes)) yield row([name, words(value)]);
  },
  LABELS: ({ labels }) => asTheyStand(labels),
  BACKDROP: ({ backdrop }) => asTheyStand(backdrop),
};

function asTheyStand(texts: Json | undefined): string[] {
  return Array.isArray(texts) ? texts.map((text) => ` ${text}`) : [];
}
