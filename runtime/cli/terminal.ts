// What the command line prints: results to standard output, progress to a terminal only.

export interface Terminal {
  /** One line of a result. */
  print(line: string): void;
  /** One line of trouble. */
  complain(line: string): void;
  /** What is being done just now, in place of what was shown before; an empty line takes it away. */
  progress(line: string): void;
}

const CLEAR_LINE = "\r\u001b[2K";

export const terminal: Terminal = {
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  progress: (line) => {
    if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${line}`);
  },
};

/** What others wrote, with its control characters escaped: it must not steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
