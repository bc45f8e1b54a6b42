/** The map's colours, read from the same tokens the page uses. */

import { STARS, type StarKey } from "../domain";

export interface Palette {
  outside: string;
  land: string;
  districtLine: string;
  streetLine: string;
  ink: string;
  inkQuiet: string;
  halo: string;
  markOutline: string;
  accent: string;
  selectionHalo: string;
  /** Ground for which no agency answers, and for which two do. */
  gap: string;
  overlap: string;
  stars: Record<StarKey, string>;
}

/** The tokens in force on the document. */
export function readPalette(): Palette {
  const styles = getComputedStyle(document.documentElement);
  const token = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  const stars = STARS.map((star) => [star, token(`star-${star}`)] as const);
  return {
    outside: token("outside"),
    land: token("land"),
    districtLine: token("district-line"),
    streetLine: token("street-line"),
    ink: token("map-ink"),
    inkQuiet: token("map-ink-quiet"),
    halo: token("map-halo"),
    markOutline: token("mark-outline"),
    accent: token("accent"),
    selectionHalo: token("selection-halo"),
    gap: token("gap"),
    overlap: token("overlap"),
    stars: Object.fromEntries(stars) as Record<StarKey, string>,
  };
}
