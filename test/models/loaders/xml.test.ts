// The XML reader: what an element is, and what is left when the text is broken.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readXml, type XmlElement } from "../../../models/loaders/xml.ts";

const written = ({ prefix, name, attributes, text, children }: XmlElement): unknown => {
  return [prefix, name, Object.fromEntries(attributes), text, children.map(written)];
};
const read = (text: string) => {
  const { root, faults } = readXml(text);
  return { root: root && written(root), faults: faults.map(({ line, message }) => `${line} ${message}`) };
};

describe("an element", () => {
  test("has a prefix, a name, attributes, text and children", () => {
    const { root, faults } = read(`<?xml version="1.0"?><!-- x --><g:a g:id="1" b='2 > 1'>
      <c/> t &lt;&#65;&#x42; <![CDATA[<&>]]> </g:a>`);
    expect(faults).toEqual([]);
    expect(root).toEqual(["g", "a", { id: "1", b: "2 > 1" }, " t <AB <&>", [["", "c", {}, "", []]]]);
  });

  test("keeps white space where it is all that it holds", () => {
    expect(read("<a> </a>").root).toEqual(["", "a", {}, " ", []]);
    expect(read("<a> <b/> </a>").root).toEqual(["", "a", {}, "", [["", "b", {}, "", []]]]);
  });
});

describe("a DOCTYPE", () => {
  test("is passed over whole, with its declarations", () => {
    const document = readXml(`<!DOCTYPE a [\n<!ENTITY x "]><b>">\n<!-- ]> ' -->\n<!ELEMENT a ANY>]><a>&x;</a>`);
    expect(document.faults).toEqual([]);
    expect(document.root!.text).toBe("&x;");
    expect(document.lineOf(document.entitiesAt!)).toBe(2);
  });

  test("without entities is nothing to tell of", () => {
    const document = readXml(`<!DOCTYPE html PUBLIC "-//W3C//DTD" "http://x/y>z"><html/>`);
    expect([document.faults, document.entitiesAt, document.root!.name]).toEqual([[], undefined, "html"]);
  });
});

test.each([
  ["<a", "1 this is no tag"],
  ["<a b=1/>", "1 this is no tag"],
  ["<a>\n<b></a>", "2 </a> stands where </b> is expected"],
  ["<a/>\r\n<b/>", "2 a second root <b>"],
  ["<a><!-- </a>", "1 <!-- is not closed"],
  ["<!DOCTYPE a [<a/>", "1 <!DOCTYPE is not closed"],
  ["</a>", "1 </a> stands where no end tag is expected"],
])("%j is told of", (text, fault) => {
  expect(read(text).faults).toContain(fault);
});

test("X1 no text makes it throw", () => {
  const pieces = [
    "<a>",
    "</a>",
    "<b c='d'>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE",
    "[",
    "]>",
    "&amp;",
    '"',
    "\n",
    "<",
  ];
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())), (parts) => {
      readXml(parts.join(""));
    }),
  );
});
