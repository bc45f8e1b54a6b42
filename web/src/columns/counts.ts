/** Counts compounds in columns, as the API counts them for a day. */

import type { Counts } from "../api/types";
import { STANDINGS, STARS, type StandingKey } from "../domain";
import type { Code } from "./atc1";
import { classifyWhere, SHOWN_BIT, STANDING_BITS, STAR_BITS, UNRATED, type Facts } from "./classes";

/** What the legend and the filters beside it say. */
export interface Counted {
  stars: Counts;
  /** Null for who may not know. */
  standings: Record<StandingKey, number> | null;
}

/** Compounds of the districts that `inside` takes: by star those that are all of `only`, and of each standing all. */
export function countsOf(facts: Facts, inside: (district: Code) => boolean, only: readonly StandingKey[]): Counted {
  const classes = classifyWhere(facts, { stars: null, only: [] }, inside, new Uint8Array(facts.star.values.length));
  const numbers = new Uint32Array(256);
  for (const one of classes) numbers[one]!++;
  const count = (...bits: number[]) => sumWhere(numbers, (one) => bits.every((bit) => one & bit));
  const asked = only.map((name) => STANDING_BITS[name]);
  const counts = STARS.map((star) => {
    const bits = star === "unrated" ? UNRATED : Number(star);
    const all = sumWhere(numbers, (one) => (one & STAR_BITS) === bits && [SHOWN_BIT, ...asked].every((bit) => one & bit));
    return { value: star === "unrated" ? null : bits, count: all };
  });
  const standings = STANDINGS.map((name) => [name, count(SHOWN_BIT, STANDING_BITS[name])] as const);
  return {
    stars: { by: "effective_star", total: count(SHOWN_BIT, ...asked), counts: counts.filter((one) => one.count > 0) },
    standings: facts.standing.key_target ? (Object.fromEntries(standings) as Record<StandingKey, number>) : null,
  };
}

function sumWhere(numbers: Uint32Array, is: (one: number) => unknown): number {
  return numbers.reduce((sum, number, one) => (is(one) ? sum + number : sum), 0);
}
