// Few: as a map, whatever was set, taken out and set again; in the order of names (F1).

import fc from "fast-check";
import { expect, test } from "vitest";
import { Few } from "../../../runtime/live/few.ts";

const name = fc.constantFrom("a", "b", "c");

test("is as a map, in the order of names (F1)", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.option(fc.nat(9), { nil: undefined }))), (steps) => {
      const few = new Few<number>();
      const map = new Map<string, number>();
      for (const [key, value] of steps) {
        if (value === undefined) expect(few.delete(key)).toBe(map.delete(key));
        else {
          few.set(key, value);
          map.set(key, value);
        }
        expect(few.get(key)).toBe(map.get(key));
      }
      expect([...few]).toEqual([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(few.entries()).toHaveLength(map.size);
      expect([...new Few([...map])]).toEqual([...few]);
    }),
  );
});
