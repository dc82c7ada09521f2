// What can go wrong on the way to a working NATS: one code, one sentence and one hint each.
// Given by every file of this folder; shown by the command line as they stand.
// E1  no message carries the credentials of a URL; a hint is written here and has none

export type NatsErrorCode =
  | "NATS_SERVER_MISSING" // none here, and this machine has no known way to fetch one
  | "NATS_SERVER_TOO_OLD" // one is here, but older than the log needs, and no newer one could be had
  | "NATS_SERVER_FETCH_FAILED" // the machine's package mirror was asked and did not give one
  | "NATS_SERVER_START_FAILED" // it was started, and never became ready
  | "NATS_SERVER_CRASH_LOOP" // it ran, died, and keeps dying
  | "NATS_STORAGE_FAILED" // it runs, and could not write; what it could not write to, it takes nothing for any more
  | "NATS_DATA_IN_USE" // another live program holds this data folder
  | "NATS_DATA_UNUSABLE" // the data folder cannot be made or written
  | "NATS_PORT_TAKEN" // no loopback port could be had
  | "NATS_URL_INVALID"
  | "NATS_UNREACHABLE"
  | "NATS_UNAUTHORIZED"
  | "NATS_TOO_OLD" // the server behind NATS_URL
  | "NATS_NO_JETSTREAM";

export class NatsError extends Error {
  readonly code: NatsErrorCode;
  /** What to do next, one sentence. */
  readonly hint: string;
  /** What our own server said last, when it is the server that failed; for those who want to know more than the message. */
  readonly lastLines: string[];

  constructor(
    code: NatsErrorCode,
    message: string,
    hint: string,
    further: { cause?: unknown; lastLines?: string[] } = {},
  ) {
    super(withoutCredentials(message), further.cause === undefined ? undefined : { cause: further.cause });
    this.name = "NatsError";
    this.code = code;
    this.hint = hint;
    this.lastLines = further.lastLines ?? [];
  }
}

/** The most telling of a server's last lines: the last that is an error, else the last. */
export function tellingLine(lastLines: string[]): string {
  const line = lastLines.findLast((one) => /\[(FTL|ERR)\]/.test(one)) ?? lastLines.at(-1);
  return line?.replace(/^\[\d+\] \S+ \S+ \[[A-Z]{3}\] /, "") ?? "it said nothing";
}

/** The text with the user part of every URL in it taken out: `nats://user:secret@host` becomes `nats://***@host`. */
export function withoutCredentials(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/gi, "$1***@");
}
