/** What the tip beside the pointer says. */

import { STANDINGS, starKey } from "../domain";
import { t, tCode } from "../i18n";
import { showsStanding } from "../session";

/** What the tip says of a compound: its stars, and what it is besides. */
export function standingLines(properties: Record<string, unknown>, given: number | null): string[] {
  const star = starKey(properties["effective_star"] as number | undefined);
  const rated = starKey(given);
  const stars = star === rated ? tCode("star", star) : t("map.reduced", { star: tCode("star", star), rated: tCode("star", rated) });
  return [stars, ...(showsStanding() ? STANDINGS : []).filter((standing) => properties[standing] === true).map((standing) => tCode("standing", standing))];
}
