/** Where all compounds are marked, for low zooms at which tiles only count them. */

import { joinBlocks, type Block } from "./atc1";

/** Positions by place, in web mercator, the world being a square of side 1. */
export interface Marks {
  x: Float32Array;
  y: Float32Array;
}

/** A tile of web maps. */
export interface TilePlace {
  z: number;
  x: number;
  y: number;
}

/** A compound in a tile, or several of one class that lie too close to be told apart. */
export interface Mark {
  place: number;
  /** From the tile's upper left corner. */
  x: number;
  y: number;
  count: number;
}

/** Cells along the side of a tile: at 512 pixels two of these each. */
const CELLS = 256;

/** The marks that columns of positions give. */
export function marksOf(blocks: readonly Block[]): Marks {
  const axis = (name: string) => joinBlocks(blocks.map(({ columns }) => columns.get(name)!)).values;
  const x = Float32Array.from(axis("lon"), (lon) => lon / 360 + 0.5);
  const y = Float32Array.from(axis("lat"), (lat) => 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI));
  return { x, y };
}

/** What of the shown compounds lies in a tile; those of one class in one cell are one mark. */
export function marksIn(
  { x: xs, y: ys }: Marks,
  tile: TilePlace,
  extent: number,
  classOf: (place: number) => number | null,
): Mark[] {
  const size = 2 ** tile.z;
  const marks = new Map<number, Mark>();
  for (let place = 0; place < xs.length; place++) {
    const x = xs[place]! * size - tile.x;
    const y = ys[place]! * size - tile.y;
    if (x < 0 || x >= 1 || y < 0 || y >= 1) continue;
    const of = classOf(place);
    if (of === null) continue;
    const cell = (Math.floor(y * CELLS) * CELLS + Math.floor(x * CELLS)) * 256 + of;
    const mark = marks.get(cell);
    if (mark) mark.count++;
    else marks.set(cell, { place, x: Math.floor(x * extent), y: Math.floor(y * extent), count: 1 });
  }
  return [...marks.values()];
}
