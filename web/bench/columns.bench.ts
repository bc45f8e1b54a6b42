/** How long the page takes over the columns of a nation: `npm --prefix web run bench`. */

import { PbfWriter } from "pbf";
import { bench, describe } from "vitest";
import type { Code, Column } from "../src/columns/atc1";
import { classify, SHOWN_BIT, type Facts } from "../src/columns/classes";
import { countsOf } from "../src/columns/counts";
import { columnOn, type History } from "../src/columns/history";
import { joinTile } from "../src/columns/joined-tile";
import { marksIn } from "../src/columns/marks";
import { placeOf, placesOf } from "../src/columns/places";

const SIZE = 500_000;
/** Changes of a star for each compound. */
const STEPS = 3;
const IN_TILE = 4000;

let seed = 1;
/** The same numbers each time, from 0 to less than `below`. */
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed % below;
}

function coded(name: string, codes: Code[]): Column {
  return { name, codes, values: Uint8Array.from({ length: SIZE }, () => random(codes.length)), none: null };
}

const STARS = [null, 0, 1, 2, 3, 4, 5];
const facts: Facts = {
  star: coded("effective_star", STARS),
  rated: coded("rated_star", STARS),
  district: coded("district_code", [null, ...Array.from({ length: 250 }, (_, number) => `64${1000 + number}`)]),
  standing: { key_target: coded("key_target", [null, false, true]), exit_case: coded("exit_case", [null, false, true]) },
};
const history: History = {
  name: "effective_star",
  places: Uint32Array.from({ length: SIZE * STEPS }, (_, step) => Math.floor(step / STEPS)),
  days: Int32Array.from({ length: SIZE * STEPS }, (_, step) => 19_000 + (step % STEPS) * 365 + random(365)),
  values: Uint8Array.from({ length: SIZE * STEPS }, () => random(STARS.length)),
  codes: STARS,
};
const ids: Column = { name: "id", values: Uint32Array.from({ length: SIZE }, (_, place) => place + 1), codes: null, none: 0 };
const places = placesOf(ids);
const marks = {
  x: Float32Array.from({ length: SIZE }, () => 0.75 + random(100_000) / 4_000_000),
  y: Float32Array.from({ length: SIZE }, () => 0.375 + random(100_000) / 4_000_000),
};
const classes = classify(facts, { stars: null, only: [], district: null }, new Uint8Array(SIZE));
const tile = plainTile();

/** A tile with as many outlines of eight corners as one may have. */
function plainTile(): ArrayBuffer {
  const pbf = new PbfWriter();
  pbf.writeMessage(3, (_, layer) => {
    layer.writeVarintField(15, 2);
    layer.writeStringField(1, "compounds");
    for (let number = 0; number < IN_TILE; number++) {
      layer.writeMessage(2, (_, to) => {
        to.writeVarintField(1, random(SIZE) + 1);
        to.writePackedVarint(2, [0, number, 1, IN_TILE]);
        to.writeVarintField(3, 3);
        to.writePackedVarint(4, [9, random(8192), random(8192), 58, ...Array.from({ length: 14 }, () => random(60)), 15]);
      }, null);
    }
    for (const key of ["name", "district_code"]) layer.writeStringField(3, key);
    for (let number = 0; number <= IN_TILE; number++) {
      layer.writeMessage(4, (_, to) => to.writeStringField(1, `小区${number}`), null);
    }
    layer.writeVarintField(5, 4096);
  }, null);
  return pbf.finish().slice().buffer as ArrayBuffer;
}

describe("500,000 compounds", () => {
  bench("find the place of each number", () => void placesOf(ids));
  bench("read a day off the history of one property", () => void columnOn(history, 19_700, SIZE));
  bench("class all", () => void classify(facts, { stars: null, only: [], district: null }, classes));
  bench("class by star, standing and district", () =>
    void classify(facts, { stars: ["1", "2"], only: ["key_target"], district: "641004" }, new Uint8Array(SIZE)));
  bench("count by star and standing", () => void countsOf(facts, () => true, []));
  bench("mark all in one tile of a low zoom", () =>
    void marksIn(marks, { z: 5, x: 24, y: 12 }, 4096, (place) => (classes[place]! & SHOWN_BIT ? classes[place]! : null)));
});

describe(`a tile of ${IN_TILE.toLocaleString("en-US")} outlines`, () => {
  const layers = new Set(["compounds"]);
  bench("gets its classes", () => void joinTile(tile, { layers, of: (number) => classes[placeOf(places, number)], marks: () => [] }));
});
