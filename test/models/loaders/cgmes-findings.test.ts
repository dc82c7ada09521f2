// The CIM loader and broken files: every fault is a finding, and the rest is read.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CGMES_FINDINGS } from "../../../models/loaders/cgmes.ts";
import type { DistrictPart } from "../../../models/loaders/loader.ts";
import {
  attributes,
  cim,
  codes,
  count,
  filesOf,
  folderWith,
  load,
  object,
  SMALL,
  terminal,
  twin,
} from "./cgmes-model.ts";
import { zipOf } from "./zip-archive.ts";

test("nothing is to be said of the small model", async () => {
  expect((await load(cim(SMALL))).findings).toEqual([]);
});

describe("each fault is told of, with its place", () => {
  const faults: [what: string, text: string, code: string, at: RegExp][] = [
    ["a tag that is none", cim(`${SMALL}<cim:Breaker rdf:ID=_x>`), "CGMES_XML", /^line 11/],
    ["an end tag too many", cim(`${SMALL}</cim:Breaker>`), "CGMES_XML", /^line 11/],
    ["a file that stops", cim(SMALL).slice(0, -20), "CGMES_TRUNCATED", /^line 11/],
    ["an object without id", cim(`${SMALL}<cim:Breaker/>`), "CGMES_NO_ID", /^line 11/],
    ["an id twice", cim(SMALL + object("ConnectivityNode", "n1")), "CGMES_DUPLICATE_ID", /^line 11/],
    ["an id of two classes", cim(SMALL + object("Breaker", "n1")), "CGMES_DUPLICATE_ID", /^line 11/],
    [
      "an object within a property",
      cim(
        `${SMALL}<cim:Bay rdf:ID="_b"><cim:Bay.VoltageLevel><cim:VoltageLevel rdf:ID="_v"/></cim:Bay.VoltageLevel></cim:Bay>`,
      ),
      "CGMES_NESTED",
      /^line 11/,
    ],
    ["a reference to nothing", cim(SMALL.replace("#_vl", "#_gone")), "CGMES_DANGLING", /^ConnectivityNode n1/],
    ["a class that no twin is made of", cim(SMALL + object("Flywheel", "f")), "CGMES_CLASS_UNKNOWN", /^Flywheel f/],
    ["an object that hangs at nothing", cim(SMALL + object("Substation", "ss")), "CGMES_UNATTACHED", /^Substation ss/],
    [
      "equipment without terminals",
      cim(SMALL + object("EnergyConsumer", "ec")),
      "CGMES_UNCONNECTED",
      /^EnergyConsumer ec/,
    ],
    ["a line with one terminal", cim(SMALL.replace("#_n2", "#_n9")), "CGMES_UNCONNECTED", /^ACLineSegment ln/],
    ["a line from a node to itself", cim(SMALL.replace("#_n2", "#_n1")), "CGMES_SAME_ENDS", /^ACLineSegment ln/],
    ["a value that is no number", cim(SMALL.replace(">2<", ">two<")), "CGMES_VALUE", /^ACLineSegment ln/],
    ["a length of zero", cim(SMALL.replace(">2<", ">0<")), "CGMES_PARAMETER", /^ACLineSegment ln/],
    ["no impedance", cim(SMALL.replace(">0.5<", ">0<")), "CGMES_PARAMETER", /^ACLineSegment ln/],
    [
      "no voltage",
      cim(SMALL.replaceAll("BaseVoltage rdf:resource", "Voltage rdf:resource")),
      "CGMES_VOLTAGE",
      /^ConnectivityNode n1/,
    ],
    [
      "no source",
      cim(SMALL.replace("EnergySource", "Junction").replace("/cim:EnergySource", "/cim:Junction")),
      "CGMES_NO_SOURCE",
      /^$/,
    ],
    [
      "a node that nothing ends at",
      cim(SMALL + object("ConnectivityNode", "n3", { "ConnectivityNode.ConnectivityNodeContainer": "#_vl" })),
      "CGMES_BUS_ISOLATED",
      /^ConnectivityNode n3/,
    ],
    ["volts in a file of CGMES", cim(SMALL.replace(">20<", ">20000<")), "CGMES_UNITS", /^$/],
    ["kilovolts in a file of CIMHub", cim(SMALL, false), "CGMES_UNITS", /^$/],
    ["no nodes at all", cim(object("EnergyConsumer", "ec")), "CGMES_NO_NODES", /^$/],
    ["a namespace of another time", cim(SMALL).replace("CIM100#", "CIM250#"), "CGMES_NAMESPACE", /^line 1/],
    ["a difference model", cim(`<dm:DifferenceModel rdf:about="urn:uuid:d"/>${SMALL}`), "CGMES_DIFFERENCE", /^line 3/],
  ];
  test.each(faults)("%s", async (_, text, code, at) => {
    const part = await load(text);
    const found = part.findings.filter((finding) => finding.code === code);
    expect(found.map((finding) => finding.at)).toContainEqual(expect.stringMatching(at));
    check(part);
  });

  test("what stands around a fault is read", async () => {
    const part = await load(cim(`<cim:Broken rdf:ID="_x" <<>\n${SMALL}`));
    expect(codes(part)).toContain("CGMES_XML");
    expect([count(part, "bus"), count(part, "line"), count(part, "grid")]).toEqual([2, 1, 1]);
  });
});

describe("files that are not read", () => {
  test("a DOCTYPE that declares entities is refused, and none is replaced", async () => {
    const bomb = `<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>`;
    const part = await load(cim(SMALL.replace(">2<", ">&b;<")).replace("<rdf:RDF", `${bomb}<rdf:RDF`));
    expect(codes(part)).toEqual(["CGMES_ENTITIES", "CGMES_NO_OBJECTS"]);
    expect(part.twins).toEqual([]);
  });

  test("a DOCTYPE without entities is passed over", async () => {
    expect(
      codes(await load(cim(SMALL).replace("<rdf:RDF", "<!DOCTYPE rdf:RDF SYSTEM 'x.dtd' [ <!-- > --> ]><rdf:RDF"))),
    ).toEqual([]);
  });

  test("other XML, other text and nothing are said to be no CIM", async () => {
    for (const text of ["<gbXML/>", "hello", "\0\0\0", ""]) {
      const part = await load(text);
      expect(part.twins).toEqual([]);
      expect(codes(part)).toContain("CGMES_NO_OBJECTS");
    }
    expect(codes(await load("<gbXML/>"))).toContain("CGMES_NOT_RDF");
  });

  test("one broken file of a folder leaves the others alone", async () => {
    const files = {
      "a.xml": Buffer.from(cim(SMALL)),
      "b.xml": Buffer.from("<html/>"),
      "c.zip": Buffer.from("PK\x03\x04 cut"),
      "d.txt": Buffer.from("x"),
    };
    const part = await load("", {
      folder: { ...folderWith(files), list: async () => [...Object.keys(files), "gone.xml"] },
    });
    expect(new Set(codes(part))).toEqual(
      new Set(["CGMES_FILE_IGNORED", "CGMES_FILE_UNREADABLE", "CGMES_NOT_RDF", "CGMES_ZIP_UNREADABLE"]),
    );
    expect(count(part, "bus")).toBe(2);
    expect(part.findings.find(({ code }) => code === "CGMES_NOT_RDF")?.file).toBe("b.xml");
  });

  test("an archive within two others is not opened", async () => {
    const part = await load(zipOf({ "a.zip": zipOf({ "b.zip": zipOf({ "c.xml": cim(SMALL) }) }) }));
    expect(codes(part)).toEqual(["CGMES_FILE_IGNORED", "CGMES_NO_OBJECTS"]);
  });
});

test("elements nested without end are passed over", async () => {
  const part = await load(cim(`${SMALL}${"<cim:a>".repeat(100_000)}`));
  expect(codes(part)).toContain("CGMES_XML");
  expect(count(part, "bus")).toBe(2);
});

test("a file reads the same in UTF-16, in Latin-1 with its declaration, with CR LF, and with a byte order mark", async () => {
  const text = cim(`${SMALL}${object("Substation", "ss", { "IdentifiedObject.name": "M\u00fchle" })}`).replace(
    'rdf:ID="_vl"><',
    'rdf:ID="_vl"><cim:VoltageLevel.Substation rdf:resource="#_ss"/><',
  );
  const plain = await load(text);
  expect(attributes(plain, "bus", "n1").substation).toMatchObject({ name: "M\u00fchle" });
  const latin1 = Buffer.from(text.replace("UTF-8", "ISO-8859-1"), "latin1");
  const utf16 = Buffer.from(`\ufeff${text.replace("UTF-8", "UTF-16")}`, "utf16le");
  const forms: [Uint8Array | string, string[]][] = [
    [latin1, ["CGMES_ENCODING"]],
    [utf16, ["CGMES_ENCODING"]],
    [utf16.subarray(2), ["CGMES_ENCODING"]],
    [`\ufeff${text}`, []],
    [text.replaceAll("\n", "\r\n"), []],
  ];
  for (const [bytes, expected] of forms) {
    const part = await load(bytes);
    expect(part.twins).toEqual(plain.twins);
    expect(codes(part)).toEqual(expected);
  }
});

test("all ways of writing an mRID name the same object, and the first one is its id", async () => {
  const id = "9a1ab4c9-6c2e-49a3-b38b-7362657ad03d";
  for (const [head, reference] of [
    [`rdf:ID="_${id}"`, `#_${id}`],
    [`rdf:about="#_${id}"`, `urn:uuid:${id.toUpperCase()}`],
    [`rdf:about="urn:uuid:${id}"`, `http://example.org/grid.xml#_${id}`],
    [`rdf:about="urn:uuid:${id}"`, `#${id}`],
  ]) {
    const part = await load(cim(SMALL.replace('rdf:ID="_n2"', head!).replace("#_n2", reference!)));
    expect(part.findings).toEqual([]);
    expect(twin(part, "bus", id).id).toBe(`bus:s:${id}`);
    expect(part.branches).toHaveLength(1);
  }
});

test("what two files say differently of one property is told of, and the first stays", async () => {
  const other = cim(
    '<cim:ACLineSegment rdf:about="#_ln"><cim:Conductor.length>3</cim:Conductor.length></cim:ACLineSegment>',
  );
  const part = await load(cim(SMALL), { more: [{ file: "b.xml", bytes: Buffer.from(other) }] });
  expect(codes(part)).toEqual(["CGMES_DUPLICATE_ID"]);
  expect(part.findings[0]).toMatchObject({ file: "b.xml", message: "length is 2 first and 3 later" });
  expect(attributes(part, "line", "ln").lengthKm).toBe(2);
});

test("a transformer with three windings is three branches, with the voltages in their order", async () => {
  const ends = [
    ["1", "20", "40"],
    ["2", "110", "40"],
    ["3", "10", "10"],
  ].map(([number, kv, mva]) =>
    object("PowerTransformerEnd", `e${number}`, {
      "TransformerEnd.endNumber": number!,
      "PowerTransformerEnd.PowerTransformer": "#_tr",
      "PowerTransformerEnd.ratedU": kv!,
      "PowerTransformerEnd.ratedS": mva!,
      "PowerTransformerEnd.x": String(0.1 * (Number(kv) ** 2 / Number(mva))),
      "TransformerEnd.Terminal": `#_w${number}`,
    }),
  );
  const nodes = ["n3", "n4"].map((id) => object("ConnectivityNode", id));
  const terminals = [terminal("w1", "tr", "n2", 1), terminal("w2", "tr", "n3", 2), terminal("w3", "tr", "n4", 3)];
  const part = await load(cim([SMALL, object("PowerTransformer", "tr"), ...ends, ...nodes, ...terminals].join("")));
  expect(part.branches.filter((branch) => branch.twin === "transformer:s:tr")).toHaveLength(3);
  // 10 % of each winding on its own power: 110 to 20 kV 20 % of 40 MVA; 20 to 10 kV 2.5 % + 10 % of 10 MVA.
  expect(attributes(part, "transformer", "tr")).toMatchObject({
    ...{ vnHvKv: 110, vnMvKv: 20, vnLvKv: 10, snLvMva: 10 },
    ...{
      vkHvPercent: expect.closeTo(20, 6),
      vkMvPercent: expect.closeTo(12.5, 6),
      vkLvPercent: expect.closeTo(12.5, 6),
    },
  });
});

test("the machine with the best reference priority holds the reference", async () => {
  const machine = (id: string, priority: string) =>
    object("SynchronousMachine", id, { "SynchronousMachine.referencePriority": priority }) +
    terminal(`t_${id}`, id, "n1");
  const part = await load(cim(SMALL + machine("a", "2") + machine("b", "1") + machine("c", "0")));
  expect(part.twins.filter(({ attributes: { slack } }) => slack).map(({ element }) => element)).toEqual(["b"]);
});

test("references in a circle end", async () => {
  const circle =
    object("Bay", "b1", { "Bay.VoltageLevel": "#_b1", "Bay.Substation": "#_b1" }) +
    object("LoadGroup", "g", { "LoadGroup.SubLoadArea": "#_h" }) +
    object("SubLoadArea", "h", { "SubLoadArea.LoadArea": "#_g", "ConformLoad.LoadGroup": "#_g" }) +
    object("ConformLoad", "l", { "ConformLoad.LoadGroup": "#_g", "Equipment.EquipmentContainer": "#_b1" }) +
    terminal("tl", "l", "n2");
  const part = await load(cim(SMALL + circle));
  expect(JSON.stringify(attributes(part, "load", "l"))).toContain('"subLoadArea"');
});

test("text that belongs to no property is told with its line", async () => {
  const part = await load(cim(SMALL.replace("</cim:", "\n loose text </cim:")).replace("<cim:", "stray\n<cim:"));
  const places = part.findings.filter(({ code }) => code === "CGMES_XML").map(({ at }) => at);
  expect(places.length).toBeGreaterThan(0);
  expect(places.every((at) => /^line \d+$/.test(at))).toBe(true);
});

describe("L1: whatever happens to the bytes, nothing is thrown, ids are unique, and every link and branch names a twin (D2)", () => {
  const original = Object.values(filesOf("cgmes-2.4.15"));
  const damage = fc.array(fc.tuple(fc.nat(20_000), fc.nat(255), fc.nat(60)), { minLength: 1, maxLength: 10 });

  test("of the profiles of CGMES", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(original.length - 1), damage, async (which, spots) => {
        const files = original.map((bytes, at) => (at === which ? damaged(bytes, spots) : bytes));
        check(await load(files[0]!, { more: files.slice(1).map((bytes, at) => ({ file: `${at}.xml`, bytes })) }));
      }),
      { numRuns: 150, seed: 4711 },
    );
  });

  test("of references that are exchanged at will", async () => {
    const text = cim(
      SMALL +
        object("PowerTransformer", "tr") +
        object("PowerTransformerEnd", "e", {
          "PowerTransformerEnd.PowerTransformer": "#_tr",
          "TransformerEnd.Terminal": "#_t1",
        }),
    );
    const places = [...text.matchAll(/#_\w+/g)].map(({ index }) => index);
    const ids = ["bv", "vl", "n1", "n2", "es", "t1", "ln", "t2", "t3", "tr", "e", "nothing"];
    const exchange = fc.array(fc.tuple(fc.nat(places.length - 1), fc.constantFrom(...ids)), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(exchange, async (exchanged) => {
        const changes = new Map(exchanged.map(([place, id]) => [places[place]!, id]));
        check(
          await load(text.replace(/#_\w+/g, (whole, at: number) => (changes.has(at) ? `#_${changes.get(at)}` : whole))),
        );
      }),
      { numRuns: 200, seed: 4711 },
    );
  });
});

function damaged(bytes: Buffer, spots: readonly (readonly [number, number, number])[]): Uint8Array {
  const list = [...bytes];
  for (const [at, value, removed] of spots) list.splice(at % list.length, removed, value);
  return Uint8Array.from(list);
}

function check(part: DistrictPart): void {
  const ids = new Set(part.twins.map(({ id }) => id));
  expect(ids.size).toBe(part.twins.length);
  for (const { from, to } of part.links) expect(ids.has(from) && ids.has(to)).toBe(true);
  for (const branch of part.branches)
    expect(ids.has(branch.twin) && ids.has(branch.from) && ids.has(branch.to)).toBe(true);
  for (const finding of part.findings) expect(CGMES_FINDINGS).toHaveProperty(finding.code);
  expect(() => JSON.stringify(part)).not.toThrow();
}
