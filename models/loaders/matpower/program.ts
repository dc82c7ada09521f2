// Carries out the statements of a case file.
// Fed by    statements in their order
// Gives     the variables at the end, and the lines of the tables' rows
// G1  a statement that is not understood is left out and told of (MATPOWER_STATEMENT_UNREAD); the rest goes on
// G2  at most MAX_STEPS statements are carried out, so that no loop runs for ever, and no block lies deeper than MAX_DEPTH

import { Assigner, assignmentAt } from "./assign.ts";
import { evaluate, type Variables } from "./evaluate.ts";
import { parseExpression, Unread } from "./expression.ts";
import type { MatpowerFindings } from "./findings.ts";
import { SILENT } from "./functions.ts";
import { IDX } from "./idx.ts";
import type { Statement } from "./statements.ts";
import { asMatrix, scalar } from "./value.ts";

const MAX_STEPS = 200_000;
/** Each block holds the statements of those within it. */
const MAX_DEPTH = 100;
const OPENS_BLOCK = /^\s*(if|for|while|switch|try|parfor|unwind_protect)\b/;
const ENDS_BLOCK = /^\s*(end|endif|endfor|endwhile|endswitch|end_try_catch)\s*$/;

export interface Program {
  variables: Variables;
  /** Lines of the rows of tables that were written out, by the name they were assigned to: `mpc.bus`. */
  lines: Map<string, number[]>;
}

export function runProgram(statements: Statement[], findings: MatpowerFindings): Program {
  const assigner = new Assigner(findings);
  new Runner(assigner, findings).run(statements);
  return { variables: assigner.variables, lines: assigner.lines };
}

class Runner {
  readonly #assigner: Assigner;
  readonly #findings: MatpowerFindings;
  #steps = 0;
  #depth = 0;

  constructor(assigner: Assigner, findings: MatpowerFindings) {
    this.#assigner = assigner;
    this.#findings = findings;
  }

  run(statements: Statement[]): void {
    for (let index = 0; index < statements.length; index++) {
      const statement = statements[index]!;
      const block = OPENS_BLOCK.exec(statement.text)?.[1];
      if (block === undefined) {
        this.#attempt(statement, () => this.#carryOut(statement));
        continue;
      }
      const end = endOfBlock(statements, index);
      const body = statements.slice(index + 1, end);
      this.#attempt(statement, () => this.#runBlock(block, statement, body));
      index = end;
    }
  }

  #attempt(statement: Statement, action: () => void): void {
    try {
      if (++this.#steps > MAX_STEPS) {
        if (this.#steps === MAX_STEPS + 1) throw new Unread("the file has too many steps");
        return;
      }
      action();
    } catch (error) {
      if (!(error instanceof Unread || error instanceof RangeError)) throw error;
      const text = statement.text.trim().split("\n")[0]!.slice(0, 80);
      this.#findings.add("MATPOWER_STATEMENT_UNREAD", `line ${statement.line}`, `"${text}": ${error.message}`);
    }
  }

  #runBlock(block: string, statement: Statement, body: Statement[]): void {
    const head = statement.text.trim().slice(block.length).trim();
    if (this.#depth >= MAX_DEPTH) throw new Unread(`more than ${MAX_DEPTH} blocks lie within one another`);
    this.#depth++;
    try {
      if (block === "for") this.#runFor(head, body);
      else if (block === "if") this.#runIf(head, body);
      else throw new Unread(`${block} is not known`);
    } finally {
      this.#depth--;
    }
  }

  #runFor(head: string, body: Statement[]): void {
    const match = /^\(?\s*([A-Za-z]\w*)\s*=([\s\S]*)$/.exec(head);
    if (match === null) throw new Unread("a loop without variable");
    const isBracketed = head.startsWith("(") && head.endsWith(")");
    const over = asMatrix(
      evaluate(parseExpression(isBracketed ? match[2]!.slice(0, -1) : match[2]!), this.#assigner.variables),
    );
    if (over.rows > 1) throw new Unread("a loop over columns");
    for (const value of over.values) {
      this.#assigner.variables.set(match[1]!, scalar(value));
      this.run(body);
    }
  }

  #runIf(head: string, body: Statement[]): void {
    let condition: string | undefined = head;
    let branch: Statement[] = [];
    let depth = 0;
    for (const statement of [...body, undefined]) {
      const next = depth === 0 ? /^\s*(elseif|else)\b([\s\S]*)$/.exec(statement?.text ?? "else") : null;
      if (statement && OPENS_BLOCK.test(statement.text)) depth++;
      else if (statement && ENDS_BLOCK.test(statement.text)) depth--;
      if (next === null && statement) {
        branch.push(statement);
        continue;
      }
      if (condition === undefined || this.#isTrue(condition)) {
        this.run(branch);
        return;
      }
      branch = [];
      condition = next?.[1] === "elseif" ? next[2] : undefined;
    }
  }

  #isTrue(condition: string): boolean {
    const { values } = asMatrix(evaluate(parseExpression(condition), this.#assigner.variables));
    return values.length > 0 && values.every((value) => value !== 0);
  }

  #carryOut(statement: Statement): void {
    const equals = assignmentAt(statement.text);
    if (equals === undefined) this.#command(statement.text.trim());
    else this.#assigner.assign(statement, equals);
  }

  #command(text: string): void {
    const name = /^[A-Za-z]\w*/.exec(text)?.[0] ?? "";
    if (text === "define_constants") {
      for (const [table, columns] of Object.entries(IDX)) {
        if (table !== "idx_dcline")
          for (const [column, place] of columns) this.#assigner.variables.set(column, scalar(place));
      }
    } else if (!SILENT.includes(name) && !["return", "end", "endfunction"].includes(text)) {
      throw new Unread("the statement is not known");
    }
  }
}

function endOfBlock(statements: Statement[], start: number): number {
  let depth = 0;
  for (let index = start; index < statements.length; index++) {
    if (OPENS_BLOCK.test(statements[index]!.text)) depth++;
    else if (ENDS_BLOCK.test(statements[index]!.text) && --depth === 0) return index;
  }
  return statements.length;
}
