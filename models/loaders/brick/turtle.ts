// Reads Turtle into triples; N-Triples is Turtle as well.
// Fed by    the text of a file
// Gives     its triples in their order, and faults with their lines
// Source    W3C Recommendation RDF 1.1 Turtle, clauses 2 and 6
// T1  never throws; at a fault the rest of the statement is passed over, and what stands before and after it is kept
//
// The parsers on the registry were looked at: the one that is well kept (n3) has no types of its own, brings stand-ins for
// Node's buffers and streams along, which models/ may not hold, and stops at the first fault of a file.

import { lineCounter } from "../line-counter.ts";
import { type Token, Tokens } from "./turtle-tokens.ts";

export interface Literal {
  value: string;
  datatype?: string;
  language?: string;
}

/** An IRI, a blank node as `_:name`, or a literal. */
export type Term = string | Literal;

export interface Triple {
  subject: string;
  predicate: string;
  object: Term;
  line: number;
}

interface Turtle {
  triples: Triple[];
  faults: { line: number; message: string }[];
}

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XSD = "http://www.w3.org/2001/XMLSchema#";
/** Blank nodes within blank nodes. */
const MAX_DEPTH = 100;
const MAX_FAULTS = 100;

/** `scope` tells blank nodes of several files apart. */
export function readTurtle(text: string, scope = ""): Turtle {
  return new TurtleReader(text, scope).read();
}

/** A statement that cannot be read on: only ever caught by the reader itself. */
class Unreadable extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

class TurtleReader {
  readonly #tokens: Tokens;
  readonly #scope: string;
  readonly #lineOf: (at: number) => number;
  readonly #turtle: Turtle = { triples: [], faults: [] };
  readonly #prefixes = new Map<string, string>();
  #base = "";
  #blanks = 0;
  #depth = 0;

  constructor(text: string, scope: string) {
    this.#tokens = new Tokens(text);
    this.#scope = scope;
    this.#lineOf = lineCounter(text);
  }

  read(): Turtle {
    while (this.#tokens.peek().kind !== "end" && this.#turtle.faults.length < MAX_FAULTS) {
      try {
        this.#statement();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.#turtle.faults.push({ line: this.#lineOf(error.at), message: error.message });
        this.#depth = 0;
        this.#passStatement(error.at);
      }
    }
    return this.#turtle;
  }

  #statement(): void {
    const { kind, text } = this.#tokens.peek();
    const directive = /^@?(prefix|base)$/i.exec(text)?.[1]?.toLowerCase();
    if (directive !== undefined && (kind === "word" || kind === "language")) {
      this.#tokens.take();
      if (directive === "prefix") this.#prefix();
      else this.#base = this.#resolved(this.#expect("iri").text);
      // The directives of SPARQL have no dot.
      if (kind === "language") this.#sign(".");
      return;
    }
    const isAnonymous = kind === "sign" && text === "[";
    const subject = this.#subject();
    if (!isAnonymous || !this.#isSign(".")) this.#predicates(subject);
    this.#sign(".");
  }

  #prefix(): void {
    const name = this.#tokens.take();
    if (name.kind !== "name" || name.text !== "") throw new Unreadable("a prefix should stand here", name.at);
    this.#prefixes.set(name.prefix, this.#resolved(this.#expect("iri").text));
  }

  #subject(): string {
    const token = this.#tokens.peek();
    const subject = this.#term();
    if (typeof subject === "string") return subject;
    throw new Unreadable("a text cannot be the subject of a statement", token.at);
  }

  #predicates(subject: string): void {
    for (;;) {
      const predicate = this.#predicate();
      for (;;) {
        const { at } = this.#tokens.peek();
        const object = this.#term();
        this.#turtle.triples.push({ subject, predicate, object, line: this.#lineOf(at) });
        if (!this.#takes(",")) break;
      }
      if (!this.#takes(";")) return;
      while (this.#takes(";"));
      if (this.#isSign(".") || this.#isSign("]")) return;
    }
  }

  #predicate(): string {
    const token = this.#tokens.take();
    if (token.kind === "word" && token.text === "a") return `${RDF}type`;
    if (token.kind === "iri") return this.#resolved(token.text);
    if (token.kind === "name") return this.#expanded(token);
    throw new Unreadable(`${shown(token)} stands where a predicate is expected`, token.at);
  }

  #term(): Term {
    const token = this.#tokens.take();
    if (token.kind === "iri") return this.#resolved(token.text);
    if (token.kind === "name") return this.#expanded(token);
    if (token.kind === "blank") return `_:${this.#scope}${token.text.slice(2)}`;
    if (token.kind === "string") return this.#literal(token.text);
    if (token.kind === "number") return { value: token.text, datatype: `${XSD}${numberType(token.text)}` };
    if (token.kind === "word" && /^(true|false)$/.test(token.text)) {
      return { value: token.text, datatype: `${XSD}boolean` };
    }
    if (token.kind === "sign" && token.text === "[") return this.#nested(token.at, () => this.#blankNode());
    if (token.kind === "sign" && token.text === "(") return this.#nested(token.at, () => this.#collection());
    throw new Unreadable(`${shown(token)} stands where a value is expected`, token.at);
  }

  #literal(value: string): Literal {
    const next = this.#tokens.peek();
    if (next.kind === "language") return { value, language: this.#tokens.take().text.slice(1) };
    if (next.kind !== "sign" || next.text !== "^^") return { value };
    this.#tokens.take();
    const type = this.#tokens.take();
    if (type.kind === "iri") return { value, datatype: this.#resolved(type.text) };
    if (type.kind === "name") return { value, datatype: this.#expanded(type) };
    throw new Unreadable("the type of a text is missing", type.at);
  }

  #nested<T>(at: number, read: () => T): T {
    if (this.#depth >= MAX_DEPTH) throw new Unreadable(`nodes are nested deeper than ${MAX_DEPTH}`, at);
    this.#depth += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #blankNode(): string {
    const node = this.#newBlank();
    if (!this.#isSign("]")) this.#predicates(node);
    this.#sign("]");
    return node;
  }

  #collection(): string {
    let head = `${RDF}nil`;
    let last: string | undefined;
    while (!this.#isSign(")")) {
      const { at } = this.#tokens.peek();
      const line = this.#lineOf(at);
      const object = this.#term();
      const node = this.#newBlank();
      this.#turtle.triples.push({ subject: node, predicate: `${RDF}first`, object, line });
      if (last === undefined) head = node;
      else this.#turtle.triples.push({ subject: last, predicate: `${RDF}rest`, object: node, line });
      last = node;
    }
    const end = this.#tokens.take();
    if (last !== undefined) {
      const line = this.#lineOf(end.at);
      this.#turtle.triples.push({ subject: last, predicate: `${RDF}rest`, object: `${RDF}nil`, line });
    }
    return head;
  }

  #newBlank(): string {
    this.#blanks += 1;
    return `_:${this.#scope}[${this.#blanks}]`;
  }

  #expanded(token: Token & { kind: "name" }): string {
    const namespace = this.#prefixes.get(token.prefix);
    if (namespace === undefined) throw new Unreadable(`the prefix ${token.prefix}: is not declared`, token.at);
    return namespace + token.text;
  }

  #resolved(iri: string): string {
    if (this.#base === "" || /^[A-Za-z][\w+.-]*:/.test(iri)) return iri;
    if (iri.startsWith("#") || iri === "") return this.#base.replace(/#.*$/s, "") + iri;
    return URL.canParse(iri, this.#base) ? new URL(iri, this.#base).href : this.#base + iri;
  }

  #isSign(text: string): boolean {
    const next = this.#tokens.peek();
    return next.kind === "sign" && next.text === text;
  }

  #takes(text: string): boolean {
    const isNext = this.#isSign(text);
    if (isNext) this.#tokens.take();
    return isNext;
  }

  #sign(text: string): void {
    const token = this.#tokens.peek();
    if (!this.#takes(text)) throw new Unreadable(`${shown(token)} stands where ${text} is expected`, token.at);
  }

  #expect(kind: Token["kind"]): Token {
    const token = this.#tokens.take();
    if (token.kind !== kind) throw new Unreadable(`${shown(token)} stands where <...> is expected`, token.at);
    return token;
  }

  /** Goes on behind the dot that ends the statement, which may be the very token that should not stand where it does. */
  #passStatement(at: number): void {
    const { last } = this.#tokens;
    let token = last?.at === at ? last : this.#tokens.take();
    while (!endsStatement(token)) token = this.#tokens.take();
  }
}

/** A text that is not closed in its line takes the dot at the end of the line with it. */
function endsStatement({ kind, text }: Token): boolean {
  return kind === "end" || (kind === "sign" && text === ".") || (kind === "none" && text.trimEnd().endsWith("."));
}

function numberType(text: string): string {
  return /[eE]/.test(text) ? "double" : text.includes(".") ? "decimal" : "integer";
}

function shown(token: Token): string {
  if (token.kind === "end") return "the end of the file";
  return token.kind === "name" ? `${token.prefix}:${token.text}`.slice(0, 80) : JSON.stringify(token.text.slice(0, 80));
}
