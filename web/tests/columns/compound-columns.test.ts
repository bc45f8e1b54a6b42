import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Block, Code, Column } from "../../src/columns/atc1";
import { valueAt } from "../../src/columns/atc1";
import { CompoundColumns } from "../../src/columns/compound-columns";
import { dayNumber } from "../../src/columns/history";

const asked = vi.hoisted(() => [] as { what: string; query: Record<string, unknown> }[]);
const told = vi.hoisted(() => ({ star: 3 }));

const coded = (name: string, values: Code[]): Column => {
  const codes = [null, ...new Set(values)];
  return { name, values: Uint8Array.from(values, (value) => codes.indexOf(value)), codes, none: null };
};
const plain = (name: string, values: number[]): Column => ({ name, values: Int32Array.from(values), codes: null, none: null });
const block = (...columns: Column[]): Block => ({ block: 0, blocks: 1, places: 2, columns: new Map(columns.map((one) => [one.name, one])) });

vi.mock("../../src/api/client", () => ({
  compoundColumns: (what: string, query: Record<string, string>) => {
    asked.push({ what, query });
    const steps = [plain("place", [0, 1]), plain("day", [dayNumber("2024-03-01"), dayNumber("2024-05-01")])];
    if (what === "ids") return Promise.resolve([block(plain("id", [7, 9]))]);
    if (what === "columns/history") return Promise.resolve([block(...steps, coded("value", [told.star, 2]))]);
    const names = (query["properties"] ?? "").split(",");
    return Promise.resolve([block(...names.map((name) => coded(name, name === "district_code" ? ["640104", "640105"] : [told.star, 2])))]);
  },
}));

const { signal } = new AbortController();
const star = (facts: { star: Column }) => [0, 1].map((place) => valueAt(facts.star, place));

beforeEach(() => {
  asked.length = 0;
  told.star = 3;
});
afterEach(() => void vi.useRealTimers());

describe("columns of compounds", () => {
  it("are asked for as of the day, and numbers once", async () => {
    const columns = new CompoundColumns(true);
    await columns.on(null, signal);
    await columns.on("2025-01-01", signal);
    const properties = "district_code,effective_star,rated_star,key_target,exit_case";
    expect(asked).toEqual([
      { what: "ids", query: {} },
      { what: "columns", query: { properties, as_of: null } },
      { what: "columns", query: { properties, as_of: "2025-01-01" } },
    ]);
  });

  it("leave out what the public may not know", async () => {
    await new CompoundColumns(false).on(null, signal);
    expect(asked[1]!.query["properties"]).toBe("district_code,effective_star,rated_star");
  });

  it("are read off for any day once the history is known", async () => {
    const columns = new CompoundColumns(false);
    await columns.on(null, signal);
    expect(columns.read("2024-04-01")).toBeNull();
    await columns.learnHistory(signal);
    asked.length = 0;
    expect(star(columns.read("2024-04-01")!)).toEqual([3, null]);
    expect(star(await columns.on("2024-02-01", signal))).toEqual([null, null]);
    expect(star(await columns.on(null, signal))).toEqual([3, 2]);
    expect(asked).toEqual([]);
    expect(columns.firstDay).toBe(dayNumber("2024-03-01"));
  });

  it("are stale after five minutes, and then asked for anew with the history", async () => {
    vi.useFakeTimers({ now: 0 });
    const columns = new CompoundColumns(false);
    await columns.on(null, signal);
    await columns.learnHistory(signal);
    expect(columns.stale).toBe(false);
    vi.setSystemTime(300_001);
    expect(columns.stale).toBe(true);
    told.star = 1;
    expect(star(await columns.renew(null, signal))).toEqual([1, 2]);
    expect(columns.stale).toBe(false);
    expect(star(columns.read("2024-04-01")!)).toEqual([1, null]);
  });

  it("know how a compound was rated", async () => {
    const columns = new CompoundColumns(false);
    const facts = await columns.on(null, signal);
    expect([7, 9, 8].map((number) => columns.ratedStar(facts, number))).toEqual([3, 2, null]);
  });
});
