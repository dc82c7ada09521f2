// What a loader has to say of a file: findings, each with code, place and hint.
// F1  a finding never stops a load by itself: what could be read is kept, and all findings are reported
// F2  every code stands in one catalogue, made by `findingCodes`, with its severity and what to do about it

export type Severity = "error" | "warning" | "info";

export interface Finding {
  severity: Severity;
  code: string;
  /** Id of the source in district.yaml; `district` for district.yaml itself, `meters` for meters.csv. */
  source: string;
  /** File, as district.yaml names it. */
  file: string;
  /** Place in the file: `line 12`, `#4711` (a STEP entity), `bus 17`, `CityObjects/b1`. Empty when it is the whole file. */
  at: string;
  message: string;
  hint: string;
}

export interface FindingCode {
  severity: Severity;
  /** What to do about it, in one sentence. */
  hint: string;
}

/** Declares the findings that one loader can have. Keys are the codes, upper case, the first word names the format. */
export function findingCodes<const T extends Record<string, FindingCode>>(codes: T): T {
  return codes;
}

/** Findings of one code beyond this many in one file are counted and summed up in one more: a report has its limit too. */
const MAX_FINDINGS_PER_CODE = 10_000;

/** Collects the findings of one file. */
export class Findings<T extends Record<string, FindingCode>> {
  readonly all: Finding[] = [];
  readonly #counts = new Map<string, number>();
  readonly #summaries = new Map<string, Finding>();
  readonly #codes: T;
  readonly #source: string;
  readonly #file: string;

  constructor(codes: T, source: string, file: string) {
    this.#codes = codes;
    this.#source = source;
    this.#file = file;
  }

  add(code: keyof T & string, at: string, message: string): void {
    const count = this.count(code) + 1;
    this.#counts.set(code, count);
    const summary = this.#summaries.get(code);
    if (summary) {
      summary.message = `and ${count - MAX_FINDINGS_PER_CODE} more of these`;
      return;
    }
    const finding = { ...this.#codes[code]!, code, source: this.#source, file: this.#file, at, message };
    this.all.push(finding);
    if (count > MAX_FINDINGS_PER_CODE) {
      this.#summaries.set(code, Object.assign(finding, { at: "", message: "and 1 more of these" }));
    }
  }

  /** How often a code was found, also beyond the limit of what is listed. */
  count(code: keyof T & string): number {
    return this.#counts.get(code) ?? 0;
  }
}
