import { readFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { codes, guid, HOUSE, loadText, stepFile } from "./ifc-model.ts";

const FIXTURES = new URL("../../fixtures/ifc/", import.meta.url);
const HOUSE_FILE = stepFile(HOUSE);

function fixture(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, FIXTURES)));
}

describe("files that are not what they should be", () => {
  test.each([
    ["", "IFC_NOT_STEP line 1"],
    ["solid cube", "IFC_NOT_STEP line 1"],
    ["PK\u0003\u0004 and nothing else", "IFC_ZIP_UNREADABLE"],
    [stepFile(HOUSE, "AUTOMOTIVE_DESIGN"), "IFC_SCHEMA_UNSUPPORTED"],
    [HOUSE_FILE.replace(/FILE_SCHEMA.*\n/, ""), "IFC_SCHEMA_MISSING"],
    [stepFile(HOUSE, "IFC4X1"), "IFC_SCHEMA_RELATED"],
    [HOUSE_FILE.slice(0, HOUSE_FILE.indexOf("ENDSEC;\nEND-ISO")), "IFC_TRUNCATED line 21"],
  ])("%#: the finding is there", async (text, code) => {
    expect(codes(await loadText(text))).toContain(code);
  });

  test("what stands before the cut of a truncated file is kept", async () => {
    const part = await loadText(HOUSE_FILE.slice(0, HOUSE_FILE.indexOf("#41=") + 20));
    expect(part.twins.map((twin) => twin.kind)).toEqual(["building", "storey", "space"]);
    expect(codes(part)).toEqual(
      expect.arrayContaining(["IFC_SYNTAX #41", "IFC_TRUNCATED line 20", "IFC_UNPLACED #40"]),
    );
  });

  test("an entity number beyond the engine's is refused, not wrapped around", async () => {
    const part = await loadText(fixture("Large_entity_label.ifc"));
    expect(codes(part)).toContain("IFC_LABEL_INVALID #92147483647");
  });

  test.each(["Badly formed Ifc file.ifc", "InvalidHeaderFileName.ifc", "NewlinesInStrings.ifc"])(
    "%s is survived",
    async (file) => {
      expect((await loadText(fixture(file))).findings).not.toEqual([]);
    },
  );

  test("a Cyrillic name comes out of a badly formed file", async () => {
    const part = await loadText(fixture("Badly formed Ifc file.ifc"));
    expect(part.twins.map((twin) => twin.name)).toEqual(["Кровля"]);
  });
});

describe("L4: a broken statement hides no other", () => {
  test.each([
    ["a text without its end", "#90=IFCWALL('abc,$,$);", "IFC_SYNTAX #90"],
    ["a list without its end", "#90=IFCWALL(('abc',$;", "IFC_SYNTAX #90"],
    ["no semicolon", "#90=IFCORGANIZATION($,'abc',$,$,$)", "IFC_SYNTAX #90"],
    ["no list", "#90=IFCWALL;", "IFC_SYNTAX #90"],
    ["no statement", "%%%%;", "IFC_SYNTAX line 8"],
    ["a number that is none", "#90=IFCCARTESIANPOINT((1.5D3,NAN,0.));", "IFC_VALUE_INVALID #90"],
    ["the number of another", "#40=IFCORGANIZATION($,'abc',$,$,$);", "IFC_LABEL_DUPLICATE #40"],
    ["a class that no schema has", "#90=IFCFLUXCAPACITOR('abc');", "IFC_CLASS_UNKNOWN #90"],
    ["an unended comment", "/* #90=IFCWALL();", "IFC_SYNTAX line 8"],
  ])("%s", async (_, statement, code) => {
    const part = await loadText(stepFile([statement, ...HOUSE]));
    expect(codes(part)).toContain(code);
    expect(part.twins.length).toBeGreaterThanOrEqual(statement.startsWith("#40") ? 2 : 3);
  });

  test("a faulty value of a twin is unset, and the twin is kept", async () => {
    const part = await loadText(HOUSE_FILE.replace(".ELEMENT.,515.,514.", ".ELEMENT.,5,15.D0,.5"));
    expect(part.twins[0]).toMatchObject({ kind: "building", attributes: { elevationM: 5 } });
  });
});

describe("texts", () => {
  const named = (name: string): string => HOUSE_FILE.replace("'B'", `'${name}'`);

  test.each([
    ["K\\X2\\00FC\\X0\\che", "Küche"],
    ["K\\S\\|che", "Küche"],
    ["K\\X\\FCche", "Küche"],
    ["\\PE\\\\S\\4\\S\\^\\S\\\\\\S\\P", "Дома"], // ISO 8859-5
    ["\\X4\\0001F3E0\\X0\\", "🏠"],
    ["it''s C:\\\\x", "it's C:\\x"],
    ["Küche", "Küche"],
    ["C:\\Users\\new", "C:\\Users\\new"],
  ])("%s", async (written, read) => {
    expect((await loadText(named(written))).twins[0]!.name).toBe(read);
  });

  test("raw Windows-1252 bytes are read as such, with a warning", async () => {
    const part = await loadText(Uint8Array.from(named("Küche"), (character) => character.charCodeAt(0)));
    expect(part.twins[0]!.name).toBe("Küche");
    expect(codes(part)).toContain("IFC_TEXT_ENCODING #20");
  });

  test("a file saved in UTF-16 is read", async () => {
    const units = Uint16Array.from(`\ufeff${named("Küche")}`, (character) => character.charCodeAt(0));
    expect((await loadText(new Uint8Array(units.buffer))).twins[0]!.name).toBe("Küche");
  });
});

describe("archives", () => {
  test("Z1: an archive that unpacks to more than the limit is refused", async () => {
    const bomb = zip("bomb.ifc", deflateRawSync(Buffer.alloc(513 * 1024 * 1024)));
    expect(codes(await loadText(bomb, "bomb.ifczip"))).toEqual(["IFC_TOO_LARGE bomb.ifc"]);
  });

  test("an archive without a model is refused", async () => {
    expect(codes(await loadText(zip("readme.txt", deflateRawSync("hello")), "a.ifczip"))).toEqual([
      "IFC_ZIP_UNREADABLE",
    ]);
  });
});

describe("whatever the bytes", () => {
  test("L1: changed, cut and doubled bytes never throw, ids stay unique and links lead to twins", {
    timeout: 20_000,
  }, async () => {
    const original = new TextEncoder().encode(HOUSE_FILE);
    const change = fc.record({
      at: fc.nat(original.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        let bytes = original;
        for (const { at, byte, cut } of changes)
          bytes = Uint8Array.from([...bytes.slice(0, at), byte, ...bytes.slice(at + cut)]);
        const part = await loadText(bytes);
        const ids = new Set(part.twins.map((twin) => twin.id));
        expect(ids.size).toBe(part.twins.length);
        for (const link of part.links) expect(ids.has(link.from) && ids.has(link.to)).toBe(true);
      }),
      { numRuns: 300, seed: 20_260_101 },
    );
  });

  test("E3: nothing is written to the console", async () => {
    const spies = (["log", "warn", "error", "info"] as const).map((method) => vi.spyOn(console, method));
    await loadText(
      stepFile([...HOUSE, `#90=IFCRELAGGREGATES('${guid("x")}',$,$,$,#999,(#998));`, "#91=IFCNONSENSE();"]),
    );
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});

/** An archive of one deflated file; sizes and checksum of the local header are left open. */
function zip(name: string, packed: Uint8Array): Uint8Array {
  const title = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(title.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt16LE(title.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + title.length, 12);
  end.writeUInt32LE(local.length + title.length + packed.length, 16);
  return new Uint8Array(Buffer.concat([local, title, packed, entry, title, end]));
}
