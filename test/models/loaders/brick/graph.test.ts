import { expect, test } from "vitest";
import { localName } from "../../../../models/loaders/brick/graph.ts";

test("what stands behind the last sign that divides an IRI, or all of it when nothing does", () => {
  expect(localName("https://brickschema.org/schema/Brick#Meter")).toBe("Meter");
  expect(localName("urn:x:a/b")).toBe("b");
  expect(localName("http://example.com/")).toBe("http://example.com/");
});

test("an IRI of a million signs is read at once, though its last one divides it", () => {
  const iri = `http://${"[".repeat(1_000_000)}#`;
  const before = process.cpuUsage().user;
  expect(localName(iri)).toBe(iri);
  expect(process.cpuUsage().user - before).toBeLessThan(1e6);
});
