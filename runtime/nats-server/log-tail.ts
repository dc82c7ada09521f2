// Follows the log file of nats-server and hands its lines to the program's log.
// A file and not a pipe, because a server whose pipe breaks when the program is killed dies of the next line it writes, instead of
// closing its files in good order.
// G1  starts at the end of what is there; a log turned over by the server is followed from its start
// G2  keeps the last lines, for the error that says why the server ended

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Where log lines go; a pino logger fits. */
export interface LineLog {
  debug(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

const POLL_MS = 250;
const LAST_LINES_KEPT = 20;
const READ_LIMIT_BYTES = 256 * 1024;

export interface LogTail {
  /** Reads what is new now, without waiting for the next poll. */
  catchUp(): void;
  /** A line that came another way (standard error). */
  add(line: string): void;
  lastLines(): string[];
  stop(): void;
}

export function followLog(file: string, log: LineLog): LogTail {
  const last: string[] = [];
  let offset = readFrom(file, 0, 0).size;
  let unfinished = "";

  const add = (line: string): void => {
    if (line.trim() === "") return;
    last.push(line);
    if (last.length > LAST_LINES_KEPT) last.shift();
    handOn(line, log);
  };
  const catchUp = (): void => {
    while (true) {
      const { bytes, size } = readFrom(file, offset, READ_LIMIT_BYTES);
      if (size < offset) {
        offset = 0; // turned over
        continue;
      }
      if (bytes.length === 0) return;
      offset += bytes.length;
      const lines = (unfinished + bytes.toString("utf8")).split("\n");
      unfinished = lines.pop() ?? "";
      lines.forEach(add);
    }
  };
  const timer = setInterval(catchUp, POLL_MS);
  timer.unref();
  return { catchUp, add, lastLines: () => [...last], stop: () => clearInterval(timer) };
}

/** `[123] 2026/01/31 10:00:00.000000 [WRN] text`: the server's greetings and routine ([INF]) are for those who debug. */
function handOn(line: string, log: LineLog): void {
  const [, level, text] = /\[([A-Z]{3})\] (.*)$/.exec(line) ?? [];
  if (level === "WRN") log.warn(text ?? line);
  else if (level === "ERR" || level === "FTL") log.error(text ?? line);
  else log.debug(text ?? line);
}

function readFrom(file: string, offset: number, limitBytes: number): { bytes: Buffer; size: number } {
  try {
    const descriptor = openSync(file, "r");
    try {
      const size = fstatSync(descriptor).size;
      const buffer = Buffer.alloc(Math.max(0, Math.min(limitBytes, size - offset)));
      return { bytes: buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, offset)), size };
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return { bytes: Buffer.alloc(0), size: 0 }; // not there yet, or being turned over
  }
}
