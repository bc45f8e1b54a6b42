import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader, PbfWriter } from "pbf";
import { describe, expect, it } from "vitest";
import { SHOWN_BIT, STANDING_BITS, UNRATED } from "../../src/columns/classes";
import { joinTile, type Classes, type Marked } from "../../src/columns/joined-tile";

interface Sketch {
  id?: number;
  properties: Record<string, string | number>;
}

/** A tile with a layer of points, as PostGIS would write it. */
function tile(name: string, features: Sketch[]): ArrayBuffer {
  const keys = [...new Set(features.flatMap(({ properties }) => Object.keys(properties)))];
  const values = [...new Set(features.flatMap(({ properties }) => Object.values(properties)))];
  const pbf = new PbfWriter();
  pbf.writeMessage(3, (_, layer) => {
    layer.writeVarintField(15, 2);
    layer.writeStringField(1, name);
    for (const { id, properties } of features) {
      layer.writeMessage(2, (_, to) => {
        if (id !== undefined) to.writeVarintField(1, id);
        to.writePackedVarint(2, Object.entries(properties).flatMap(([key, value]) => [keys.indexOf(key), values.indexOf(value)]));
        to.writeVarintField(3, 1);
        to.writePackedVarint(4, [9, 200, 100]);
      }, null);
    }
    for (const key of keys) layer.writeStringField(3, key);
    for (const value of values) {
      layer.writeMessage(4, (_, to) => (typeof value === "string" ? to.writeStringField(1, value) : to.writeSVarintField(6, value)), null);
    }
    layer.writeVarintField(5, 4096);
  }, null);
  return pbf.finish().slice().buffer as ArrayBuffer;
}

function read(bytes: ArrayBuffer, name: string) {
  const layer = new VectorTile(new PbfReader(bytes)).layers[name]!;
  return Array.from({ length: layer.length }, (_, index) => {
    const feature = layer.feature(index);
    const point = feature.loadGeometry()[0]![0]!;
    return { id: feature.id, properties: { ...feature.properties }, at: [point.x, point.y] };
  });
}

const NAMES = new Set(["compounds", "compounds_label"]);
const classes = (of: Record<number, number>, marks: Marked[] = []): Classes => ({
  layers: NAMES,
  of: (number) => of[number],
  marks: () => marks,
});

describe("a tile", () => {
  const plain = tile("compounds", [
    { id: 5, properties: { name: "甲", effective_star: 3, rated_star: 4 } },
    { id: 2 ** 33, properties: { name: "乙", effective_star: 1, rated_star: 1 } },
    { id: 7, properties: { name: "丙" } },
  ]);

  it("gets the stars of the day in place of its own", () => {
    const joined = read(joinTile(plain, classes({ 5: 0 | SHOWN_BIT, [2 ** 33]: UNRATED, 7: 4 | SHOWN_BIT })), "compounds");
    expect(joined.map(({ id, properties }) => [id, properties])).toEqual([
      [5, { name: "甲", effective_star: 0, shown: true }],
      [2 ** 33, { name: "乙" }],
      [7, { name: "丙", effective_star: 4, shown: true }],
    ]);
  });

  it("is told key targets and exit cases", () => {
    const both = 1 | SHOWN_BIT | STANDING_BITS.key_target | STANDING_BITS.exit_case;
    const [one] = read(joinTile(plain, classes({ 5: both })), "compounds");
    expect(one!.properties).toEqual({ name: "甲", effective_star: 1, shown: true, key_target: true, exit_case: true });
  });

  it("does not show what has no class", () => {
    const joined = read(joinTile(plain, classes({})), "compounds");
    expect(joined.map(({ properties }) => properties)).toEqual([{ name: "甲" }, { name: "乙" }, { name: "丙" }]);
  });

  it("keeps its shapes, and layers of others", () => {
    const joined = read(joinTile(plain, classes({ 5: 3 })), "compounds");
    expect(joined.map(({ at }) => at)).toEqual([[100, 50], [100, 50], [100, 50]]);
    const other = tile("districts", [{ id: 1, properties: { name: "兴庆区", effective_star: 1 } }]);
    expect(read(joinTile(other, classes({ 1: 3 })), "districts")).toEqual(read(other, "districts"));
    expect(joinTile(new ArrayBuffer(0), classes({})).byteLength).toBe(0);
  });

  it("that counts compounds in cells gets marks instead", () => {
    const cells = tile("compounds_label", [{ properties: { effective_star: 3, count: 40, district_code: "640104" } }]);
    const marks = [
      { number: 9, class: 2 | SHOWN_BIT, x: 10, y: 20, count: 1 },
      { number: 11, class: UNRATED | SHOWN_BIT, x: 30, y: 40, count: 3 },
      { number: 12, class: 5 | SHOWN_BIT, x: 4000, y: 0, count: 3 },
    ];
    expect(read(joinTile(cells, classes({}, marks)), "compounds_label")).toEqual([
      { id: 9, properties: { effective_star: 2, shown: true }, at: [10, 20] },
      { id: undefined, properties: { shown: true, count: 3 }, at: [30, 40] },
      { id: undefined, properties: { effective_star: 5, shown: true, count: 3 }, at: [4000, 0] },
    ]);
  });
});
