/** The domain's own code lists, as the page needs them: stars, dimensions, disclosures. */

/** A compound's class on the map: its effective star, 0 for 不达标, or not rated yet (T5). */
export type StarKey = "0" | "1" | "2" | "3" | "4" | "5" | "unrated";

/** All classes, best first, as the legend shows them. */
export const STARS: readonly StarKey[] = ["5", "4", "3", "2", "1", "0", "unrated"];

/** What a compound may be besides, which the list can be narrowed to: 重点整治对象, 清退 (T3, T5). */
export const STANDINGS = ["key_target", "exit_case"] as const;
export type StandingKey = (typeof STANDINGS)[number];

/** The rungs of the sanction ladder, none included (T3). */
export const RUNGS = [0, 1, 2, 3, 4] as const;

/** The seven dimensions of a rating, in the order of T5. */
export const DIMENSIONS = [
  "sanitation",
  "waste_sorting",
  "greening",
  "order",
  "facilities",
  "disclosure",
  "governance",
] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** The class of a star as the API gives it: null or absent means unrated. */
export function starKey(star: number | null | undefined): StarKey {
  return star == null ? "unrated" : (String(star) as StarKey);
}

/** True if `text` names a class. */
export function isStarKey(text: string): text is StarKey {
  return (STARS as readonly string[]).includes(text);
}

/** What stands on the mark: the digit, or a dash where there is no rating. */
export function starDigit(star: StarKey): string {
  return star === "unrated" ? "–" : star;
}

/** Stars with a fill dark enough to carry a white digit. */
export const WHITE_DIGITS: readonly StarKey[] = ["0", "1", "5"];

/** How many compounds the chosen classes hold; null chooses all. */
export function countShown(
  counts: readonly { value: number | string | null; count: number }[],
  stars: readonly StarKey[] | null,
): number {
  return counts
    .filter(({ value }) => stars?.includes(starKey(value as number | null)) ?? true)
    .reduce((sum, { count }) => sum + count, 0);
}
