import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { joinBlocks, readBlock, valueAt, type Column } from "../../src/columns/atc1";

/** Written by the server's own code, see tests/layers/test_columnar_sample.py. */
const read = (suffix: string) => readFileSync(`${import.meta.dirname}/sample.${suffix}`);
const bytes = (): ArrayBuffer => Uint8Array.from(read("atc1")).buffer;
const expected = JSON.parse(read("json").toString()) as {
  block: number;
  blocks: number;
  places: number;
  values: Record<string, unknown[]>;
};

const plain = (column: Column) => Array.from(column.values, (_, place) => valueAt(column, place));

describe("columns", () => {
  it("are read as the server wrote them", () => {
    const { block, blocks, places, columns } = readBlock(bytes());
    expect({ block, blocks, places }).toEqual({ block: 1, blocks: 2, places: expected.places });
    expect([...columns.keys()]).toEqual(Object.keys(expected.values));
    for (const [name, values] of Object.entries(expected.values)) {
      const found = plain(columns.get(name)!);
      if (name === "id" || name === "large") expect(found.map((value) => value ?? 0)).toEqual(values.map((value) => value ?? 0));
      else expect(found, name).toEqual(values);
    }
  });

  it("are refused where they are something else", () => {
    expect(() => readBlock(new TextEncoder().encode('{"places": 0}').buffer)).toThrow("ATC1");
    expect(() => readBlock(new ArrayBuffer(0))).toThrow("ATC1");
  });

  it("are joined from blocks with codes of their own", () => {
    const one: Column = { name: "a", values: Uint8Array.of(1, 0, 2), codes: [null, "x", "y"], none: null };
    const other: Column = { name: "a", values: Uint8Array.of(2, 1), codes: [null, "w", "x"], none: null };
    expect(plain(joinBlocks([one, other]))).toEqual(["x", null, "y", "x", "w"]);
    const numbers: Column = { name: "b", values: Int32Array.of(5, -1), codes: null, none: -1 };
    expect(plain(joinBlocks([numbers, { ...numbers, values: Float64Array.of(2.5), none: null }]))).toEqual([5, null, 2.5]);
  });

  it("have nothing beyond their end", () => {
    expect(valueAt({ name: "a", values: new Uint8Array(1), codes: null, none: null }, 1)).toBeNull();
  });
});
