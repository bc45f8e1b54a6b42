import { describe, expect, it } from "vitest";
import { valueAt, type Block, type Column } from "../../src/columns/atc1";
import { columnOn, dayNumber, dayText, firstDay, historyOf } from "../../src/columns/history";

const plain = (name: string, values: number[]): Column => ({ name, values: Uint32Array.from(values), codes: null, none: null });

function block(number: number, steps: [place: number, day: string, star: number | null][]): Block {
  const codes = [null, 1, 2, 3];
  const columns = [
    plain("place", steps.map(([place]) => place)),
    { ...plain("day", []), values: Int32Array.from(steps, ([, day]) => dayNumber(day)) },
    { name: "value", values: Uint8Array.from(steps, ([, , star]) => codes.indexOf(star)), codes, none: null },
  ];
  return { block: number, blocks: 2, places: 65_538, columns: new Map(columns.map((one) => [one.name, one])) };
}

const history = historyOf("effective_star", [
  block(0, [
    [0, "2024-03-01", 2],
    [0, "2025-03-01", 3],
    [0, "2025-06-01", null],
    [2, "2024-05-01", 1],
  ]),
  block(1, [[1, "2024-04-01", 3]]),
]);

const on = (day: string, place: number) => valueAt(columnOn(history, dayNumber(day), 65_538), place);

describe("a history", () => {
  it("says what held on a day, from the day on which it began", () => {
    expect(on("2024-02-29", 0)).toBeNull();
    expect(on("2024-03-01", 0)).toBe(2);
    expect(on("2025-02-28", 0)).toBe(2);
    expect(on("2025-03-01", 0)).toBe(3);
    expect(on("2025-06-01", 0)).toBeNull();
  });

  it("keeps places apart, and those of later blocks", () => {
    expect([on("2025-01-01", 1), on("2025-01-01", 2), on("2025-01-01", 65_537)]).toEqual([null, 1, 3]);
  });

  it("knows its first day", () => {
    expect(dayText(firstDay(history)!)).toBe("2024-03-01");
    expect(firstDay({ ...history, days: new Int32Array() })).toBeNull();
  });
});

it("writes days as it reads them", () => {
  for (const day of ["1970-01-01", "2024-02-29", "2026-11-28"]) expect(dayText(dayNumber(day))).toBe(day);
});
