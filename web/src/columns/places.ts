/** Finds the place of a compound in the columns by its number. */

import type { Column } from "./atc1";

/** Where each number stands; plain arrays, so that it can be handed to workers. */
export interface Places {
  /** By place the number; 0 stands for nobody. */
  all: Float64Array;
  /** By number the place plus one, where numbers are not much larger than there are of them; else null. */
  dense: Uint32Array | null;
  /** Numbers in order, and the place of each; empty where there is a dense table. */
  numbers: Float64Array;
  order: Uint32Array;
}

/** A table may have so many times the entries that are taken. */
const SPARSEST = 8;

/** The places of the numbers that stand at them; 0 stands for nobody. */
export function placesOf({ values }: Column): Places {
  const all = Float64Array.from(values);
  const size = all.length;
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  if (most <= SPARSEST * size + 1024) {
    const dense = new Uint32Array(most + 1);
    for (let place = 0; place < size; place++) if (values[place]) dense[values[place]!] = place + 1;
    return { all, dense, numbers: new Float64Array(), order: new Uint32Array() };
  }
  const taken = Uint32Array.from({ length: size }, (_, place) => place).filter((place) => values[place]! > 0);
  const order = taken.sort((a, b) => values[a]! - values[b]!);
  return { all, dense: null, numbers: Float64Array.from(order, (place) => values[place]!), order };
}

/** The number at a place; 0 where there is nobody. */
export function numberAt({ all }: Places, place: number): number {
  return all[place] ?? 0;
}

/** The place of a number, or −1 where it has none. */
export function placeOf({ dense, numbers, order }: Places, number: number): number {
  if (dense) return (dense[number] ?? 0) - 1;
  let [low, high] = [0, numbers.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = numbers[middle]!;
    if (found === number) return order[middle]!;
    if (found < number) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
