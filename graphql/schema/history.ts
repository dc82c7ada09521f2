// The past of a point: samples as they came, or gathered in windows.
// H1  `from` is before `to`, and a window is a duration of fixed length
// H2  neither the windows that are asked for nor the samples that are given exceed MAX_SAMPLES
// H3  of a past twin, only what was measured up to its instant

import { durationFault, parseDuration } from "../../models/duration.ts";
import { AGGREGATES, type Aggregate, type SampleView } from "../../runtime/history-views.ts";
import type { TwinView } from "../../runtime/views.ts";
import type { Context, FieldResolvers } from "../context.ts";
import { inputInvalid, limitExceeded } from "../errors.ts";
import type { GraphQLResolveInfo } from "../graphql-js.ts";
import { HISTORY_COST_FIELDS, MAX_SAMPLES } from "../limits.ts";

export const historyTypeDefs = /* GraphQL */ `
  "One reading, or one window of them: \`at\` is its start."
  type Sample {
    at: DateTime!
    value: Float!
    "How many readings it stands for."
    count: Int!
    "ESTIMATED where the twin filled in any of them; GOOD otherwise, and where only a roll-up is left."
    quality: Quality!
  }

  enum Aggregate { ${AGGREGATES.join(" ")} }
`;

export const sampleResolvers: FieldResolvers = {
  quality: ({ isEstimated }: SampleView) => (isEstimated ? "ESTIMATED" : "GOOD"),
};

interface HistoryArgs {
  point: string;
  /** Epoch ms, as DateTime reads it. */
  from: number;
  to: number;
  window?: string | null;
  aggregate?: Aggregate | null;
}

export async function history(
  { id, moment }: TwinView,
  { point, from, to, window, aggregate }: HistoryArgs,
  { world, budget }: Context,
  info: GraphQLResolveInfo,
): Promise<SampleView[]> {
  if (from >= to) {
    const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
    throw inputInvalid(`from must be before to, and it is ${span}`, "Swap them, or ask for a longer span.");
  }
  const windowMs = windowMsOf(window);
  if (windowMs !== undefined && (to - from) / windowMs > MAX_SAMPLES) {
    throw limitExceeded(
      `that are ${Math.ceil((to - from) / windowMs)} windows, and ${MAX_SAMPLES} are allowed`,
      "Ask for a shorter span or for longer windows.",
    );
  }
  const gathers = aggregate ?? (windowMs === undefined ? undefined : "MEAN");
  const until = moment ? Math.min(to, moment.at + 1) : to;
  if (from >= until) return [];
  budget.spendFields(HISTORY_COST_FIELDS);
  const samples = await world.history({
    twin: id,
    point,
    from,
    to: until,
    ...(windowMs !== undefined && { windowMs }),
    ...(gathers !== undefined && { aggregate: gathers }),
  });
  if (samples.length > MAX_SAMPLES) {
    throw limitExceeded(
      `the span has ${samples.length} samples, and ${MAX_SAMPLES} are allowed`,
      "Ask for a shorter span, or give a `window` to gather them.",
    );
  }
  budget.spend(info, samples.length);
  return samples;
}

function windowMsOf(window: string | null | undefined): number | undefined {
  if (window === null || window === undefined) return undefined;
  const ms = parseDuration(window);
  if (ms !== undefined) return ms;
  const fault = durationFault(window) ?? "is no duration";
  throw inputInvalid(`window ${JSON.stringify(window)} ${fault}`, "Write an ISO 8601 duration: PT15M, PT1H, P1D.");
}
