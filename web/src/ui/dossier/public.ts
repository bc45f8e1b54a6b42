/** What anybody may know of a compound, for the public and for those whose area it lies outside. */

import { html, nothing, type TemplateResult } from "lit";
import type { Dossier } from "../../api/types";
import { starKey } from "../../domain";
import { t, tCode } from "../../i18n";
import { starWithName } from "../shared";
import { disclosureFlags, empty, facts, section } from "./parts";

/** Why there is no more, with the way to it: for the public to sign in, for others none. */
export function limitNote(outside: boolean, signIn: () => void): TemplateResult {
  return html`<p class="limit">
    ${outside
      ? html`<strong>${t("session.outside")}</strong> <span class="quiet small">${t("session.outsideNote")}</span>`
      : html`<button class="plain" @click=${signIn}>${t("session.more")}</button>`}
  </p>`;
}

/** The star in force, the round it was published in, and what the ladder took (T5). */
export function publicRating({ rated_star, effective_star, rating_round: round }: Dossier): TemplateResult {
  if (!round) return section(t("dossier.ratings"), "T5", null, empty(t("dossier.noRatings")));
  const reduced = rated_star !== effective_star;
  return section(
    t("dossier.ratings"),
    "T5",
    null,
    html`<p class="line">
        ${starWithName(starKey(effective_star))}
        ${reduced
          ? html`<span class="quiet small">${t("status.rated", { star: tCode("star", starKey(rated_star)) })}</span>`
          : nothing}
      </p>
      <p class="quiet small">${facts(round.name, t("dossier.published", { date: round.published_on }))}</p>`,
  );
}

/** Who serves it now. */
export function publicService({ company }: Dossier): TemplateResult {
  const content = company ? html`<p><b>${company.name}</b></p>` : empty(t("dossier.noService"));
  return section(t("dossier.service"), "T7", null, content);
}

/** The six disclosures of T7. */
export function publicDisclosures({ disclosures }: Dossier): TemplateResult {
  const made = disclosures.filter(({ disclosed }) => disclosed).length;
  const states = disclosures.map(({ kind, disclosed }) => [kind, disclosed] as const);
  return section(t("dossier.disclosures"), "T7", `${made} / ${disclosures.length}`, disclosureFlags(states));
}

/** Cases that were made public, newest first. */
export function caseSection({ published_cases: cases }: Dossier): TemplateResult | typeof nothing {
  if (!cases.length) return nothing;
  return section(
    t("dossier.cases"),
    null,
    null,
    html`<ul>
      ${cases.map(
        ({ published_on, title, text }) =>
          html`<li>
            <div class="line top"><b>${title}</b><span class="quiet small end">${published_on}</span></div>
            <div class="quiet small">${text}</div>
          </li>`,
      )}
    </ul>`,
  );
}
