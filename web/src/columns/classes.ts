/** Puts every compound into a class of one byte: its star, its standing, and whether the filters show it. */

import { starKey, type StandingKey, type StarKey } from "../domain";
import type { Code, Column } from "./atc1";

/** What is known of all compounds on a day. Where there are no standings, who asks may not know them. */
export interface Facts {
  star: Column;
  rated: Column;
  district: Column;
  standing: Partial<Record<StandingKey, Column>>;
}

/** What of them is shown; null shows all. */
export interface Shown {
  stars: readonly StarKey[] | null;
  only: readonly StandingKey[];
  district: string | null;
}

/** The star in the lowest bits, 6 for none. */
export const STAR_BITS = 7;
export const UNRATED = 6;
export const STANDING_BITS: Record<StandingKey, number> = { key_target: 8, exit_case: 16 };
export const SHOWN_BIT = 128;
const ALL = 255;
const HIDDEN = ALL & ~SHOWN_BIT;

/** The class of every place, written into `classes`. */
export function classify(facts: Facts, shown: Shown, classes: Uint8Array): Uint8Array {
  const { district } = shown;
  return classifyWhere(facts, shown, (code) => district === null || code === district, classes);
}

/** The same where `inside` says of which districts compounds are shown. */
export function classifyWhere(
  { star, district, standing }: Facts,
  { stars, only }: Pick<Shown, "stars" | "only">,
  inside: (district: Code) => boolean,
  classes: Uint8Array,
): Uint8Array {
  const ofStar = byCode(star, (code) => starClass(code as number | null, stars));
  const ofDistrict = byCode(district, (code) => (inside(code) ? ALL : HIDDEN));
  const key = standingClasses("key_target", standing, star, only);
  const exit = standingClasses("exit_case", standing, star, only);
  const [starValues, districtValues, keyValues, exitValues] = [star.values, district.values, key.values, exit.values];
  const [keyBits, exitBits, keyMask, exitMask] = [key.bits, exit.bits, key.mask, exit.mask];
  // In one pass: what each column says is or is not shown, and its bits.
  for (let place = 0; place < classes.length; place++) {
    const ofKey = keyValues[place]!;
    const ofExit = exitValues[place]!;
    const is = ofStar[starValues[place]!]! | keyBits[ofKey]! | exitBits[ofExit]!;
    classes[place] = is & ofDistrict[districtValues[place]!]! & keyMask[ofKey]! & exitMask[ofExit]!;
  }
  return classes;
}

/** By code the bits of a standing, and what it hides; one that is not known borrows the codes of another column. */
function standingClasses(name: StandingKey, standing: Facts["standing"], other: Column, only: readonly StandingKey[]) {
  const known = standing[name];
  const is = (code: Code) => known !== undefined && code === true;
  const column = known ?? other;
  return {
    values: column.values,
    bits: byCode(column, (code) => (is(code) ? STANDING_BITS[name] : 0)),
    mask: byCode(column, (code) => (only.includes(name) && !is(code) ? HIDDEN : ALL)),
  };
}

function starClass(star: number | null, shown: readonly StarKey[] | null): number {
  const key = starKey(star);
  return (key === "unrated" ? UNRATED : Number(key)) | (shown === null || shown.includes(key) ? SHOWN_BIT : 0);
}

/** What a value means, looked up once for each of its codes. */
function byCode({ name, codes }: Column, meaning: (code: Code) => number): Uint8Array {
  if (!codes) throw new Error(`${name} has no codes`);
  return Uint8Array.from(codes, meaning);
}
