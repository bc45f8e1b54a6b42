/** Sections on what a compound is: where it lies, who serves it, how it was rated, who governs it. */

import { html, nothing, type TemplateResult } from "lit";
import type { CompanyPart, Dossier, Rating, SelfGovernment, Service, Status } from "../../api/types";
import { DIMENSIONS, STANDINGS, starKey } from "../../domain";
import { joined, named, number, t, tCode } from "../../i18n";
import { store } from "../../store";
import { starBadge, starWithName } from "../shared";
import { area, empty, facts, partShare, section, tag } from "./parts";

/** Where it is and how big. */
export function placeSection({ place, building, address, code }: Dossier): TemplateResult {
  const unit = (thing: { name: string; name_en?: string | null; share?: number } | null) =>
    thing && facts(named(thing), partShare(thing.share));
  const rows: [string, string | null][] = [
    [t("dossier.address"), address],
    [t("dossier.district"), unit(place.district)],
    [t("dossier.street"), unit(place.street)],
    [t("dossier.community"), unit(place.community)],
    [t("dossier.area"), area(place.area_m2)],
    [t("dossier.floorArea"), building.floor_area_m2 === null ? null : `${number(Math.round(building.floor_area_m2))} m²`],
    [t("dossier.households"), building.households === null ? null : number(building.households)],
    [t("dossier.built"), building.year_built === null ? null : String(building.year_built)],
    [t("dossier.code"), code],
  ];
  const known = rows.filter(([, value]) => value);
  return section(
    t("dossier.place"),
    null,
    null,
    html`<dl>${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
  );
}

/** Who serves it since when, newest first; `company` is what follows for the one that serves now. */
export function serviceSection(service: Service[], company: Partial<CompanyPart> | null): TemplateResult {
  const items = service.map(
    ({ company: { id, name }, kind, from, to, filed, current }) =>
      html`<li class=${current ? "" : "past"}>
        <div class="line top">
          <button class="plain name" @click=${() => store.set({ company: id })}>${name}</button>
          ${filed ? tag(t("dossier.filed"), "good") : tag(t("dossier.unfiled"), "warn")}
        </div>
        <div class="quiet small">
          ${facts(tCode("service", kind), to ? t("dossier.fromTo", { from, to }) : t("dossier.since", { from }))}
        </div>
        ${current && company ? companyTags(company) : nothing}
      </li>`,
  );
  return section(t("dossier.service"), "T7", null, items.length ? html`<ul>${items}</ul>` : empty(t("dossier.noService")));
}

/** A company's rung over all its compounds, and what binds it (T3). */
export function companyTags({ rung, restricted, blacklisted, joint_punishment }: Partial<CompanyPart>): TemplateResult {
  return html`<div class="tags">
    ${rung ? tag(t("company.rung", { rung }), rung >= 4 ? "danger" : "warn") : nothing}
    ${blacklisted ? tag(tCode("measure", "blacklist"), "danger") : nothing}
    ${restricted ? tag(tCode("measure", "restriction"), "danger") : nothing}
    ${joint_punishment ? tag(tCode("measure", "joint_punishment"), "danger") : nothing}
  </div>`;
}

/** The newest rating with its dimensions, the older ones in a line each. */
export function ratingSection(ratings: Rating[]): TemplateResult {
  const [newest, ...older] = ratings;
  const content = newest
    ? html`${ratingHead(newest)}${dimensionBars(newest)}${older.map((rating) => olderRating(rating))}`
    : empty(t("dossier.noRatings"));
  return section(t("dossier.ratings"), "T5", null, content);
}

function ratingHead(rating: Rating): TemplateResult {
  return html`<div class="line rating">
    ${starBadge(starKey(rating.star))}<b>${rating.round.name}</b>
    <span class="quiet small end">
      ${facts(
        rating.total_score !== null && t("dossier.total", { score: rating.total_score }),
        t("dossier.published", { date: rating.published_on }),
      )}
    </span>
  </div>`;
}

function olderRating(rating: Rating): TemplateResult {
  return html`<details>
    <summary>${ratingHead(rating)}</summary>
    ${dimensionBars(rating)}
  </details>`;
}

/** The seven dimensions of T5 as bars from 0 to 100. */
function dimensionBars({ scores }: Rating): TemplateResult {
  const known = DIMENSIONS.filter((dimension) => scores[dimension] !== undefined);
  return html`<dl class="bars">
    ${known.map((dimension) => {
      const score = scores[dimension]!;
      return html`<dt>${t(`dimension.${dimension}`)}</dt>
        <dd>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="track" width="100" height="8" />
            <rect class="fill" width=${Math.min(100, Math.max(0, score))} height="8" />
          </svg>
          <span>${score.toFixed(1)}</span>
        </dd>`;
    })}
  </dl>`;
}

/** Owners' committee, PMC or acting community. */
export function selfGovernmentSection(bodies: SelfGovernment[]): TemplateResult {
  const items = bodies.map(
    (body) =>
      html`<li class=${body.current ? "" : "past"}>
        <div class="line">
          <b>${tCode("body", body.kind)}</b>
          ${body.current && body.term_ends ? termTag(body.in_term) : nothing}
          ${body.pilot ? tag(t("dossier.pilot")) : nothing}
        </div>
        <div class="quiet small">
          ${facts(
            body.to ? t("dossier.fromTo", { from: body.from, to: body.to }) : t("dossier.since", { from: body.from }),
            body.term_ends && t("dossier.termEnds", { date: body.term_ends }),
            body.members_count !== null && t("dossier.members", { count: body.members_count }),
          )}
        </div>
      </li>`,
  );
  return section(
    t("dossier.selfGovernment"),
    joined(["T11", "T15"]),
    null,
    items.length ? html`<ul>${items}</ul>` : empty(t("dossier.noSelfGovernment")),
  );
}

function termTag(inTerm: boolean): TemplateResult {
  return inTerm ? tag(t("dossier.inTerm"), "good") : tag(t("dossier.outOfTerm"), "warn");
}

/** The effective star at the head of the dossier, with its reason. */
export function standingLine(dossier: Dossier, status: Status | null): TemplateResult {
  const { effective_star, rated_star } = status ?? dossier;
  const reduced = effective_star !== rated_star;
  return html`<p class="line standing">
    ${starWithName(starKey(effective_star))}
    <span class="quiet small">
      ${effective_star === null
        ? t("dossier.noRatings")
        : facts(
            `${t("status.stars")}${t("dossier.row", { row: "T5" })}`,
            reduced && t("status.rated", { star: tCode("star", starKey(rated_star)) }),
          )}
    </span>
    ${STANDINGS.map((standing) => (status?.[standing] ? tag(tCode("tag", standing), "warn") : nothing))}
  </p>`;
}
