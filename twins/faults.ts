// Faults: what somebody reports of an element that has no sensor for it.

import { z } from "zod";
import type { TwinEvent, View } from "./definition.ts";

/** Arguments of every `reportFault`. */
export const faultArgs = z.strictObject({
  reason: z.string().trim().min(1).max(200).optional().describe("What is wrong, in one sentence"),
});

/** Message of the alarm that a reported fault raises. */
export const reportedFault = (_view: View, { args }: TwinEvent): string =>
  typeof args.reason === "string" ? `a fault was reported: ${args.reason}` : "a fault was reported";
