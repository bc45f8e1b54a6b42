import { describe, expect, it } from "vitest";
import type { Block } from "../../src/columns/atc1";
import { marksIn, marksOf } from "../../src/columns/marks";

function at(...positions: [lon: number, lat: number][]) {
  const axis = (name: string, index: 0 | 1) =>
    [name, { name, values: Float64Array.from(positions, (one) => one[index]), codes: null, none: null }] as const;
  const block: Block = { block: 0, blocks: 1, places: positions.length, columns: new Map([axis("lon", 0), axis("lat", 1)]) };
  return marksOf([block]);
}

const WORLD = { z: 0, x: 0, y: 0 };
const EVERY = () => 1;

describe("marks", () => {
  it("lie where web mercator has them", () => {
    // The middle of the square, and the formula as OpenStreetMap's wiki has it.
    const [island] = marksIn(at([0, 0]), WORLD, 4096, EVERY);
    expect(island).toEqual({ place: 0, x: 2048, y: 2048, count: 1 });
    const [yinchuan] = marksIn(at([106.23, 38.487]), { z: 8, x: 203, y: 98 }, 4096, EVERY);
    expect(yinchuan!.x).toBeCloseTo((106.23 / 360 + 0.5) * 256 * 4096 - 203 * 4096, -1);
    const lat = (38.487 * Math.PI) / 180;
    const y = ((1 - Math.log(Math.tan(lat) + 1 / Math.cos(lat)) / Math.PI) / 2) * 256;
    expect(yinchuan!.y / 4096 + 98).toBeCloseTo(y, 3);
  });

  it("are in one tile only", () => {
    const positions = at([106.23, 38.487], [0, 0], [-106, -38]);
    const quarters = [0, 1].flatMap((x) => [0, 1].map((y) => marksIn(positions, { z: 1, x, y }, 4096, EVERY)));
    expect(quarters.flat().map(({ place }) => place).sort()).toEqual([0, 1, 2]);
  });

  it("are one where they lie close and are alike", () => {
    const close = at([106.23, 38.487], [106.2301, 38.487], [106.2302, 38.487]);
    expect(marksIn(close, WORLD, 4096, EVERY)).toMatchObject([{ place: 0, count: 3 }]);
    expect(marksIn(close, WORLD, 4096, (place) => place)).toHaveLength(3);
  });

  it("leave out what is not shown", () => {
    expect(marksIn(at([1, 1], [50, 50]), WORLD, 4096, (place) => (place ? 1 : null))).toMatchObject([{ place: 1 }]);
  });
});
