// What a running program answered instead of what it was asked for, or that it did not answer.

export const START_ONE = "Start one with quartier up, or give the address after `ready` with --url.";

export class Unanswered extends Error {
  readonly code: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, hint: string | undefined, code?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
