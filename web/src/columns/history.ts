/** Reads off what held on any day from dated changes, without asking again. */

import { joinBlocks, type Block, type Code, type Column } from "./atc1";

/** Changes of a property by place, and by day for each place. */
export interface History {
  name: string;
  places: Uint32Array;
  /** Days since 1970-01-01. */
  days: Int32Array;
  /** What it became: numbers of `codes`. */
  values: Uint8Array;
  codes: readonly Code[];
}

/** Places in a block. */
const BLOCK = 65_536;
const DAY_MS = 86_400_000;

/** The number of a day such as 2026-01-01, 1970-01-01 being 0. */
export function dayNumber(day: string): number {
  return Date.parse(day) / DAY_MS;
}

/** The day of a number, as YYYY-MM-DD. */
export function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** One history of all blocks; its values must be few enough for a byte. */
export function historyOf(name: string, blocks: readonly Block[]): History {
  const all = (column: string) => joinBlocks(blocks.map(({ columns }) => columns.get(column)!));
  const place = blocks.map(({ block, columns }) => {
    const local = columns.get("place")!.values;
    return Uint32Array.from(local, (value) => value + block * BLOCK);
  });
  const day = all("day");
  const value = all("value");
  if (!value.codes || !(value.values instanceof Uint8Array)) throw new Error(`${name} has too many values for a byte`);
  const days = Int32Array.from(day.values, (code) => Number(day.codes ? day.codes[code] : code));
  return { name, places: flat(place), days, values: value.values, codes: value.codes };
}

/** What the property is at every place on a day; before its first change it is nothing. */
export function columnOn({ name, places, days, values, codes }: History, day: number, size: number): Column {
  const made = new Uint8Array(size);
  for (let step = 0; step < places.length; step++) {
    // In order of days for each place, so the last that holds stays.
    if (days[step]! <= day) made[places[step]!] = values[step]!;
  }
  return { name, values: made, codes, none: null };
}

/** The first day on which the property is anything anywhere, or null. */
export function firstDay({ days }: History): number | null {
  return days.length ? days.reduce((a, b) => Math.min(a, b)) : null;
}

function flat(parts: readonly Uint32Array[]): Uint32Array {
  const made = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}
