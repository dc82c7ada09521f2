// Errors of the runtime: one catalogue, each with what the runtime does about it and what a person can do.
// E1  only a broken promise is thrown; late, duplicate, refused and unknown are outcomes and are returned as data
// E2  a code, once published, keeps its meaning

/**
 * retry: the same call may do later. reject: the caller must change something. dead-letter: the message is set aside with its
 * reason. quarantine: one twin is taken out of service. halt: the program stops rather than lose or double anything.
 */
export type Disposition = "retry" | "reject" | "dead-letter" | "quarantine" | "halt";

export interface ErrorCode {
  disposition: Disposition;
  hint: string;
}

export const ERRORS = {
  TWIN_UNKNOWN: { disposition: "reject", hint: "List the ids with the query `twins`; ids are KIND:SOURCE:ELEMENT." },
  POINT_UNKNOWN: { disposition: "reject", hint: "Ask the twin for its `points`." },
  INSTANT_AHEAD: { disposition: "reject", hint: "Leave `at` out for the present." },
  INSTANT_FORGOTTEN: {
    disposition: "reject",
    hint: "Ask for a later instant; values from before are in `history`, by the quarter-hour.",
  },
  ALARM_UNKNOWN: { disposition: "reject", hint: "List the alarms with the query `alarms`." },
  DEAD_LETTER_UNKNOWN: {
    disposition: "reject",
    hint: "List them with the query `deadLetters`; one that was replayed or dropped is not there any more.",
  },
  DEAD_LETTER_NOT_REPLAYABLE: {
    disposition: "reject",
    hint: "Let the device send it again, and drop the letter.",
  },
  INPUT_INVALID: { disposition: "reject", hint: "Mend the argument named in the message." },
  LIMIT_EXCEEDED: { disposition: "reject", hint: "Ask for less at a time." },
  OVERLOADED: { disposition: "retry", hint: "Try again in a moment; reads are still answered." },
  LOG_UNAVAILABLE: { disposition: "retry", hint: "NATS cannot be reached; the command was not taken. Try again." },
  COMMAND_TIMEOUT: {
    disposition: "retry",
    hint: "The command is in the log and will be decided; ask again with the same `key` to learn its outcome.",
  },
  STOPPING: { disposition: "retry", hint: "The program is stopping; try again when it is back." },
  DEVICE_UNKNOWN: {
    disposition: "dead-letter",
    hint: "Name the device in meters.csv, or mend the subject it publishes on.",
  },
  POINT_UNBOUND: {
    disposition: "dead-letter",
    hint: "Add the point to the device's meter in meters.csv, or mend its name.",
  },
  UNIT_MISMATCH: {
    disposition: "dead-letter",
    hint: "Send the unit of meters.csv, or one that can be converted to it.",
  },
  TIME_IN_FUTURE: { disposition: "dead-letter", hint: "Set the clock of the device." },
  LOG_UNREADABLE: {
    disposition: "dead-letter",
    hint: "Something else than the runtime wrote to the log; see the payload.",
  },
  TWIN_QUARANTINED: {
    disposition: "quarantine",
    hint: "The twin's definition failed on an event; see the alarm's message.",
  },
  LOG_BEHIND_CHECKPOINT: {
    disposition: "halt",
    hint: "The log was recreated or lost its end. Start with a new data folder, or restore the log that belongs to it.",
  },
  STORE_TOO_NEW: { disposition: "halt", hint: "The data folder was written by a newer program; start that one." },
  STORE_OTHER_DISTRICT: { disposition: "halt", hint: "Use one data folder for each district." },
  STORE_IN_USE: {
    disposition: "halt",
    hint: "Stop the other program that runs on this data folder, or choose another one.",
  },
} as const satisfies Record<string, ErrorCode>;

export type ErrorName = keyof typeof ERRORS;

/** An error with a code of the catalogue. Its message is one sentence, safe to show. */
export class QuartierError extends Error {
  readonly code: ErrorName;

  constructor(code: ErrorName, message: string) {
    super(message);
    this.name = "QuartierError";
    this.code = code;
  }

  get hint(): string {
    return ERRORS[this.code].hint;
  }

  get disposition(): Disposition {
    return ERRORS[this.code].disposition;
  }
}
