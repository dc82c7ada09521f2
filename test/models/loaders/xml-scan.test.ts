// The XML reader that all loaders of XML formats share: what it keeps at a fault, and what it never follows.

import fc from "fast-check";
import { expect, test } from "vitest";
import { readXml, type XmlElement } from "../../../models/loaders/xml.ts";
import { decodeXml } from "../../../models/loaders/xml-encoding.ts";
import { scanXml } from "../../../models/loaders/xml-scan.ts";

const names = (element: XmlElement | undefined): string =>
  element ? `${element.name}(${element.children.map(names).join(" ")})` : "";

test("elements, attributes and text are read without prefixes, comments and CDATA marks", () => {
  const { root, faults } = readXml(
    '<?xml version="1.0"?><!-- <x> --><a:r xmlns:a="u" a:n=\'1 &lt; 2\'><b>t<![CDATA[<&]]>&#65;&amp;</b><c/></a:r>',
  );
  expect(faults).toEqual([]);
  expect(names(root)).toBe("r(b() c())");
  expect(root!.attributes.get("n")).toBe("1 < 2");
  expect(root!.children[0]!.text).toBe("t<&A&");
});

test("a DOCTYPE is passed over whole, and an entity that it declares is not replaced", () => {
  const doctype = `<!DOCTYPE r [ <!-- > ]> ' --> <!ELEMENT r (#PCDATA)> <!ENTITY e "]><x>"> <?p > ?> ]>`;
  const document = readXml(`${doctype}<r>&e;</r>`);
  expect(document).toMatchObject({ faults: [], isTruncated: false, entitiesAt: doctype.indexOf("<!ENTITY") });
  expect(document.root!.text).toBe("&e;");
  expect(readXml('<!DOCTYPE r SYSTEM "r.dtd" [<!ELEMENT r ANY>]><r/>').entitiesAt).toBeUndefined();
});

test("nothing is read after a DOCTYPE that a handler refuses", () => {
  const seen: string[] = [];
  const nothing = () => {};
  scanXml('<!DOCTYPE r [<!ENTITY e "x">]><r/>', {
    ...{ close: nothing, text: nothing, fault: nothing, open: (name) => seen.push(name) },
    entities: () => false,
  });
  expect(seen).toEqual([]);
});

test("an end tag that is missing or too many leaves what stands around it", () => {
  expect(names(readXml("<r><a><b></a><c/></r>").root)).toBe("r(a(b()) c())");
  expect(names(readXml("<r><a/></x><b/></r>").root)).toBe("r(a() b())");
  expect(readXml("<r><a>").isTruncated).toBe(true);
});

test("elements nested too deeply are passed over, and those after them are read", () => {
  const { root, faults } = readXml(`<r>${"<a>".repeat(1000)}${"</a>".repeat(1000)}<b/></r>`);
  expect(faults).toHaveLength(1);
  expect(root!.children.map(({ name }) => name)).toEqual(["a", "b"]);
});

test("the encoding is that of the mark, of the declaration, or of the bytes, in this order", () => {
  const text = '<?xml version="1.0" encoding="ISO-8859-2"?><r>\u0151</r>';
  const latin2 = Uint8Array.from(text, (letter) => (letter === "\u0151" ? 0xf5 : letter.charCodeAt(0)));
  expect(decodeXml(latin2)).toEqual({ text, encoding: "iso-8859-2" });
  expect(decodeXml(Buffer.from("\ufeff<r/>", "utf16le"))).toMatchObject({ text: "<r/>", encoding: "utf-16le" });
  const wrong = Uint8Array.from('<?xml version="1.0" encoding="UTF-8"?><r>\u00fc</r>', (letter) =>
    letter.charCodeAt(0),
  );
  expect(decodeXml(wrong)).toMatchObject({ encoding: "windows-1252", declared: "UTF-8" });
});

test("X1: no text makes it throw, and X2: what opens is closed unless the text ends", () => {
  const pieces = fc.constantFrom(
    ...[
      "<a>",
      "</a>",
      "<b x='1'>",
      "</b>",
      "<c/>",
      "<!--",
      "-->",
      "<![CDATA[",
      "]]>",
      "<!DOCTYPE a [",
      "<!ENTITY",
      "]>",
    ],
    ...["<?", "?>", "&amp;", "&#x110000;", "&e;", "<", ">", "'", '"', "text", "</", "<a b=>"],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (list) => {
      let open = 0;
      const nothing = () => {};
      const { isTruncated } = scanXml(list.join(""), {
        ...{ text: nothing, fault: nothing, open: () => open++, close: () => open-- },
      });
      expect(open > 0).toBe(isTruncated);
      expect(() => readXml(list.join(""))).not.toThrow();
    }),
    { numRuns: 1000, seed: 4711 },
  );
});
