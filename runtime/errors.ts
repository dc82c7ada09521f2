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
  TWIN_RETIRED: {
    disposition: "reject",
    hint: "Apply a model that has the twin again; what it measured until then can be asked for and exported.",
  },
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
  LOG_UNAVAILABLE: {
    disposition: "retry",
    hint: "NATS cannot be reached, or has no room. Try again; with the same `key` it is done once, also if it was taken after all.",
  },
  LOG_FULL: {
    disposition: "retry",
    hint: "Make room on the disk of nats-server, or raise its `max_file_store`, which is three quarters of what is free where nothing else is said; 64 MiB to 1 GiB of it are set aside for what devices send.",
  },
  LOG_SILENT: {
    disposition: "retry",
    hint: "See whether the disk of nats-server has room, and restart it when it is a given one; our own is started anew by the program.",
  },
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
  HISTORY_HEADER: {
    disposition: "reject",
    hint: "Begin the CSV with the line `twin,point,unit,at,value,quality`; send SenML as application/senml+json.",
  },
  HISTORY_RECORD: {
    disposition: "reject",
    hint: "Write six cells in a line, and a cell with a comma or quote in quotes.",
  },
  HISTORY_TIME: { disposition: "reject", hint: "Write the time with its zone, as 2026-01-01T00:00:00.000Z." },
  HISTORY_VALUE: { disposition: "reject", hint: "Write a decimal number with a point: 1204.25." },
  HISTORY_QUALITY: { disposition: "reject", hint: "Write GOOD, ESTIMATED or SUSPECT, or nothing for GOOD." },
  HISTORY_SENML: {
    disposition: "reject",
    hint: "Mend the record as RFC 8428 has it: names TWIN/POINT, absolute times, at most 1,000 records and 256 KiB a pack.",
  },
  HISTORY_OVERTAKEN: {
    disposition: "reject",
    hint: "Import the file again: what was taken changes nothing, and the rest is refused with its line, or taken.",
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
    hint: "The log was made anew, or lost its end and was written on. Restore the log that belongs to the data folder, or go on without what is missing: `quartier up --accept-loss`.",
  },
  LOG_TOO_OLD: {
    disposition: "halt",
    hint: "Start the earlier version for some seconds while no device sends, stop it, and start this one, which says how many are left. Or delete the stream, and what devices sent with it.",
  },
  LOG_GAP: {
    disposition: "halt",
    hint: "The data folder is older than the oldest message of the log that nats-server can read: restore a newer copy of it; or the log is damaged (see what nats-server and the system's log say): restore the one that belongs to the data folder. Or go on without what is missing: `quartier up --accept-loss`.",
  },
  MODEL_UNKNOWN: { disposition: "reject", hint: "List the versions with the query `models`; the last 16 are kept." },
  MODEL_UNREADABLE: {
    disposition: "reject",
    hint: "Give a folder with a district.yaml, or a zip archive of one; quartier check shows what is wrong with it.",
  },
  MODEL_DAMAGED: {
    disposition: "halt",
    hint: "See what the system's log says of the disk. Remove `models` and `district.json` of the data folder, and start: they are made anew from the files of the district.",
  },
  MODEL_OTHER_DISTRICT: { disposition: "reject", hint: "Give the model the id of the district in its district.yaml." },
  MODEL_MOVED_ON: { disposition: "reject", hint: "Plan it anew: the district stands on another version by now." },
  MODEL_BUSY: { disposition: "retry", hint: "Try again when the model before it is loaded, or applied." },
  MODEL_UNIT_CHANGED: {
    disposition: "reject",
    hint: "Give the point in the new unit another name: what it measured before would be read in the wrong unit.",
  },
  MODEL_TURN_FAILED: {
    disposition: "halt",
    hint: "Start again: the change of the model goes on from where it was, and nothing is lost.",
  },
  DATA_FOLDER_UNUSABLE: {
    disposition: "halt",
    hint: "Give a folder that this user may make and write to, by --data or QUARTIER_DATA; `quartier doctor` tries it.",
  },
  STORE_TOO_NEW: { disposition: "halt", hint: "The data folder was written by a newer program; start that one." },
  STORE_TOO_OLD: {
    disposition: "halt",
    hint: "The data folder was written by an older program. Move its `store` folder away: a new one is made from the log.",
  },
  MIGRATION_FAILED: {
    disposition: "halt",
    hint: "Start the program that wrote the data folder, which is as it was, and report the twin and the versions in the message.",
  },
  STORE_OTHER_DISTRICT: { disposition: "halt", hint: "Use one data folder for each district." },
  STORE_FULL: {
    disposition: "halt",
    hint: "Make room on the disk of the data folder, then start again: what was not stored is in the log.",
  },
  STORE_UPKEEP: {
    disposition: "halt",
    hint: "See whether memory is short, then start again: nothing is lost. Where it ends by SIGABRT again, the store is damaged: move its `store` folder away, or put back a copy of the data folder. With LOG_LEVEL=debug its own words are on standard error.",
  },
  STORE_UNWRITABLE: {
    disposition: "halt",
    hint: "See what the system's log says of the disk, and quotas and limits of file sizes, then start again: what was not stored is in the log.",
  },
  STORE_DAMAGED: {
    disposition: "halt",
    hint: "See what the system's log says of the disk. Put back a copy of the data folder, or move its `store` folder away: a new one is made from the log, without dead letters.",
  },
  STORE_COPIED: {
    disposition: "halt",
    hint: "Stop the program that runs on the other folder, copy that anew, and start it again: what is copied while it is written does not fit together.",
  },
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
