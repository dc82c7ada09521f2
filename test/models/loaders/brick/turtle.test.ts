// Turtle: what the grammar allows, and what is left of a text that breaks it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RDF, readTurtle, type Term } from "../../../../models/loaders/brick/turtle.ts";

const XSD = "http://www.w3.org/2001/XMLSchema#";
const PREFIX = "@prefix e: <http://e/> . @prefix : <http://d#> .\n";
const shown = (term: Term) => (typeof term === "string" ? term : term.value);
const triples = (text: string) => {
  const { triples: read, faults } = readTurtle(PREFIX + text);
  expect(faults).toEqual([]);
  return read.map(({ subject, predicate, object }) => `${subject} ${predicate} ${shown(object)}`);
};
const objectOf = (text: string) => readTurtle(`${PREFIX}e:s e:p ${text} .`).triples[0]?.object;

describe("statements", () => {
  test("share a subject, or a subject and a predicate", () => {
    expect(triples("e:s e:p e:a, e:b ; e:q :c ;; a e:T ; .")).toEqual([
      "http://e/s http://e/p http://e/a",
      "http://e/s http://e/p http://e/b",
      "http://e/s http://e/q http://d#c",
      `http://e/s ${RDF}type http://e/T`,
    ]);
  });

  test("have nodes without a name within them, and lists", () => {
    expect(triples("e:s e:p [ e:q 1 ; e:r [] ], ( e:a 2 ), () . [ e:q 3 ] . [] e:q 4 . _:x e:q _:y .")).toEqual([
      "_:[1] http://e/q 1",
      "_:[1] http://e/r _:[2]",
      "http://e/s http://e/p _:[1]",
      `_:[3] ${RDF}first http://e/a`,
      `_:[4] ${RDF}first 2`,
      `_:[3] ${RDF}rest _:[4]`,
      `_:[4] ${RDF}rest ${RDF}nil`,
      "http://e/s http://e/p _:[3]",
      `http://e/s http://e/p ${RDF}nil`,
      "_:[5] http://e/q 3",
      "_:[6] http://e/q 4",
      "_:x http://e/q _:y",
    ]);
  });

  test("take their prefixes and base in the words of Turtle and of SPARQL", () => {
    const text = "@base <http://b/x/y> .\nBASE <../z>\nPREFIX p: <q#>\nprefix r: <#>\n<> p:a r:b , <i> , <//h/j> .";
    const { triples: read, faults } = readTurtle(text);
    expect(faults).toEqual([]);
    expect(read.map(({ subject, predicate, object }) => [subject, predicate, object])).toEqual(
      ["http://b/z#b", "http://b/i", "http://h/j"].map((object) => ["http://b/z", "http://b/q#a", object]),
    );
  });

  test("have the line of their object", () => {
    expect(readTurtle("<s>\n<p> # comment . <\n<o> .\r\n<s> <p> 1").triples.map(({ line }) => line)).toEqual([3, 4]);
  });
});

describe("values", () => {
  test.each([
    ['"a\\tb\\u00e4\\U0001F600\\""', { value: 'a\tbä😀"' }],
    ["'a\"b'", { value: 'a"b' }],
    ['"""a\n"b""c\\\\"""', { value: 'a\n"b""c\\' }],
    ['""""a""""', { value: '"a"' }],
    ['""', { value: "" }],
    ['"chat"@fr-BE', { value: "chat", language: "fr-BE" }],
    ['"1"^^e:t', { value: "1", datatype: "http://e/t" }],
    ['"1"^^<http://t>', { value: "1", datatype: "http://t" }],
    ["-5", { value: "-5", datatype: `${XSD}integer` }],
    ["+.5", { value: "+.5", datatype: `${XSD}decimal` }],
    ["1e+03", { value: "1e+03", datatype: `${XSD}double` }],
    ["true", { value: "true", datatype: `${XSD}boolean` }],
    ["e:a.b-c", "http://e/a.b-c"],
    ["e:a%20b\\,c", "http://e/a%20b,c"],
    ["e:1:2", "http://e/1:2"],
    ["<http://x/\\u00e4>", "http://x/ä"],
    ["_:b.1", "_:b.1"],
  ])("%s", (text, value) => {
    expect(objectOf(text)).toEqual(value);
  });

  test("a dot behind a name or a number ends the statement", () => {
    expect(triples("e:s e:p e:a. e:s e:p 5.e:s e:p _:b.")).toEqual([
      "http://e/s http://e/p http://e/a",
      "http://e/s http://e/p 5",
      "http://e/s http://e/p _:b",
    ]);
  });
});

describe("T1 a fault costs its statement, and no other", () => {
  const before = "e:a e:p 1 .\n";
  const after = "\ne:z e:p 1 .";
  test.each([
    ["e:s e:p .", '"." stands where a value is expected'],
    ["e:s x:p 1 .", "the prefix x: is not declared"],
    ["e:s e:p 1 e:q 2 .", "e:q stands where . is expected"],
    ['e:s e:p "open .', '"open ." stands where a value is expected'],
    ["e:s 5 1 .", '"5" stands where a predicate is expected'],
    ['"s" e:p 1 .', "a text cannot be the subject of a statement"],
    ["e:s e:p [ e:q 1 .", '"." stands where ] is expected'],
    ["e:s e:p <a b> .", '"<" stands where a value is expected'],
    ["@prefix x <y> .", '"x" stands where a prefix should'],
  ])("%s", (text, message) => {
    const { triples: read, faults } = readTurtle(PREFIX + before + text + after);
    const subjects = read.map(({ subject }) => subject);
    expect(subjects[0]).toBe("http://e/a");
    expect(subjects.at(-1)).toBe("http://e/z");
    if (text.startsWith("@")) expect(faults[0]!.line).toBe(3);
    else expect(faults).toEqual([{ line: 3, message }]);
  });

  test("nesting without end is a fault", () => {
    expect(readTurtle(`${PREFIX}e:s e:p ${"[ e:p ".repeat(10_000)}`).faults[0]!.message).toBe(
      "nodes are nested deeper than 100",
    );
  });

  test("no text makes it throw", () => {
    const pieces = [
      "e:s",
      "<",
      ">",
      '"',
      '"""',
      "'",
      "[",
      "]",
      "(",
      ")",
      ".",
      ";",
      ",",
      "^^",
      "@en",
      "@prefix",
      "\\u",
      "#",
      "_:b",
      "5",
      "\n",
    ];
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())), (parts) => {
        readTurtle(PREFIX + parts.join(" "));
        readTurtle(parts.join(""));
      }),
    );
  });
});
