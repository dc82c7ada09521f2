// The alarm book: youngest first, in pages that hold while alarms come and go, and within its limit.

import { describe, expect, test } from "vitest";
import { AlarmBook, MAX_CLEARED_ALARMS, PRUNE_ALARMS } from "../../runtime/alarm-book.ts";
import type { AlarmState, AlarmView } from "../../runtime/views.ts";

const alarm = (n: number, state: AlarmState = "RAISED", raisedAt = n): AlarmView => ({
  ...{
    id: `t-${n % 3}/CODE/${n}`,
    twin: `t-${n % 3}`,
    code: "CODE",
    severity: "WARNING",
    message: "",
    state,
    raisedAt,
  },
  ...{ acknowledgedAt: undefined, clearedAt: state === "CLEARED" ? raisedAt + 1 : undefined, flapping: false },
});

const numbers = (alarms: readonly AlarmView[]) => alarms.map(({ raisedAt }) => raisedAt);

describe("pages", () => {
  test("go through all alarms once, youngest first, those of one moment in the order of their ids", () => {
    const book = new AlarmBook(() => [5, 1, 4].map((n) => alarm(n)));
    book.put([alarm(9), alarm(2), alarm(30, "RAISED", 9), alarm(10, "RAISED", 9)]);
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = book.page({}, { first: 2, ...(after !== undefined && { after }) });
      expect(page.totalCount).toBe(7);
      expect(page.hasPreviousPage).toBe(seen.length > 0);
      seen.push(...page.items.map(({ id }) => id));
      expect(page.hasNextPage).toBe(seen.length < 7);
      if (!page.hasNextPage) break;
      after = page.items.at(-1)!.id;
    }
    expect(seen).toEqual([
      "t-0/CODE/30",
      "t-0/CODE/9",
      "t-1/CODE/10",
      "t-2/CODE/5",
      "t-1/CODE/4",
      "t-2/CODE/2",
      "t-1/CODE/1",
    ]);
  });

  test("filter by state and twin", () => {
    const book = new AlarmBook(() => [
      alarm(1),
      alarm(2, "CLEARED"),
      alarm(3, "ACKNOWLEDGED"),
      alarm(4),
      alarm(5, "CLEARED"),
    ]);
    expect(numbers(book.page({ state: "RAISED" }, { first: 10 }).items)).toEqual([4, 1]);
    expect(numbers(book.page({ twin: "t-2" }, { first: 10 }).items)).toEqual([5, 2]);
    expect(numbers(book.page({ twin: "t-1", state: "RAISED" }, { first: 10 }).items)).toEqual([4, 1]);
    expect(numbers(book.standing()).sort()).toEqual([1, 3, 4]);
  });

  test("go on after an alarm that was cleared meanwhile and no longer passes the filter", () => {
    const book = new AlarmBook(() => [1, 2, 3, 4, 5].map((n) => alarm(n)));
    const first = book.page({ state: "RAISED" }, { first: 2 });
    expect(numbers(first.items)).toEqual([5, 4]);
    book.put([alarm(4, "CLEARED")]);
    const second = book.page({ state: "RAISED" }, { first: 10, after: first.items.at(-1)!.id });
    expect(numbers(second.items)).toEqual([3, 2, 1]);
    expect(second.hasPreviousPage).toBe(true);
  });

  test("end after an alarm that was forgotten, rather than begin again", () => {
    const book = new AlarmBook(() => [1, 2].map((n) => alarm(n)));
    expect(book.page({}, { first: 10, after: "t-0/CODE/0" })).toMatchObject({ items: [], hasNextPage: false });
  });
});

test("a changed alarm takes the place of what it was", () => {
  const book = new AlarmBook(() => [alarm(1), alarm(2)]);
  expect(numbers(book.page({}, { first: 10 }).items)).toEqual([2, 1]);
  book.put([alarm(1, "ACKNOWLEDGED")]);
  expect(book.page({}, { first: 10 }).items.map(({ state }) => state)).toEqual(["RAISED", "ACKNOWLEDGED"]);
  expect(book.get("t-1/CODE/1")?.state).toBe("ACKNOWLEDGED");
});

test("of the cleared ones the youngest are kept, each counted once, and those that stand always (B1)", () => {
  const book = new AlarmBook(() => [alarm(0), alarm(1, "ACKNOWLEDGED")]);
  const most = MAX_CLEARED_ALARMS + PRUNE_ALARMS;
  const cleared = Array.from({ length: most - 1 }, (_, n) => alarm(n + 10, "CLEARED"));
  const count = () => book.page({}, { first: 1 }).totalCount;
  book.put(cleared);
  book.put(cleared);
  expect(count()).toBe(most + 1);
  book.put([alarm(most + 9, "CLEARED")]);
  expect(count()).toBe(MAX_CLEARED_ALARMS + 2);
  expect(numbers(book.standing()).sort()).toEqual([0, 1]);
  const youngest = book.page({}, { first: MAX_CLEARED_ALARMS }).items;
  expect(Math.min(...numbers(youngest))).toBe(PRUNE_ALARMS + 10);
});
