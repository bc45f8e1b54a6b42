/** The first section of a dossier: what follows for the compound, each with its reason. */

import { html, nothing, type TemplateResult } from "lit";
import type { Dossier, Measure, Status, Violation } from "../../api/types";
import { starKey } from "../../domain";
import { named, t, tCode, today, type MessageKey } from "../../i18n";
import { starBadge } from "../shared";
import { ladder } from "./ladder";
import { disclosureFlags, facts, grouped, section, shortCode, tag } from "./parts";
import { basis, said, why } from "./reasons";

const MEASURE_TONE = { due: "warn", decided: "danger", done: "good", withdrawn: "" } as const;

/** Reasons shown with a line of their own; what is left stands at the end. */
const CODES = {
  rung: ["rung_reached", "rung_spread"],
  stars: ["star_rated", "star_reduced", "star_substandard"],
  target: ["key_target"],
  exit: ["exit_third_rung", "exit_company_rung", "exit_two_low_rounds", "exit_substandard"],
  orders: ["orders_overdue", "orders_open"],
  referrals: ["referral_due", "referrals_overdue"],
  hazards: ["hazards_overdue", "hazards_open"],
  complaints: ["complaints_open", "leads_open"],
  selfGovernment: ["self_government", "committee_step_due"],
  visit: ["inspection_due"],
  disclosures: ["disclosures"],
  gaps: ["gap"],
  measures: ["measure_recorded"],
};
const PLACED = Object.values(CODES).flat();

/** Status and why (T3 to T15). */
export function statusSection(status: Status, dossier: Dossier): TemplateResult {
  const rest = status.reasons.filter(({ code }) => !PLACED.includes(code));
  const content = html`
    ${ladder(status.rung)} ${why(status, CODES.rung)} ${counting(status, dossier)}
    <ul class="standing">
      ${stars(status)} ${target(status)} ${exit(status)} ${measures(status)} ${open(status)} ${disclosed(status)}
      ${selfGovernment(status)} ${visit(status)} ${gaps(status)}
      ${rest.length ? html`<li>${why({ ...status, reasons: rest })}</li>` : nothing}
    </ul>
    <p class="quiet small held">${held(status)}</p>
  `;
  return section(t("status.title"), null, t("dossier.since", { from: status.valid.from }), content);
}

/** The violations that make the rung, those of one prohibition together. */
function counting({ counting: ids, rung }: Status, { violations }: Dossier): TemplateResult | typeof nothing {
  if (!rung) return html`<p class="quiet">${t("status.noneCounts")}</p>`;
  const here = violations.items.filter(({ id }) => ids.includes(id));
  const groups = grouped(here, ({ type }) => type.code);
  const elsewhere = ids.length - here.length;
  return html`<ul class="counting">
    ${groups.map(countingItem)}
    ${elsewhere ? html`<li class="quiet">${t("status.elsewhere", { count: elsewhere })}</li>` : nothing}
  </ul>`;
}

function countingItem(group: Violation[]): TemplateResult {
  const [{ type }] = group as [Violation, ...Violation[]];
  const days = group.map(({ occurred_on, found_on }) => occurred_on ?? found_on).sort();
  return html`<li class="line top">
    <b>${shortCode(type.code)}${named(type)}</b>
    <span class="quiet small end">${days.join(" · ")}</span>
  </li>`;
}

/** One thing that follows: its name, what it is, and why. */
function item(name: string, value: unknown, reasons: unknown = nothing): TemplateResult {
  return html`<li>
    <div class="line top"><span class="what">${name}</span><span class="value">${value}</span></div>
    ${reasons}
  </li>`;
}

function stars(status: Status): TemplateResult {
  const rated = starKey(status.rated_star);
  const effective = starKey(status.effective_star);
  const same = rated === effective;
  const value = html`<span class="line">
    ${starBadge(rated)}<span>${t(same ? "status.ratedSame" : "status.rated", { star: tCode("star", rated) })}</span>
    ${same ? nothing : html`<span aria-hidden="true">→</span>${starBadge(effective)}<b>${tCode("star", effective)}</b>`}
  </span>`;
  return item(t("status.stars"), value, why(status, CODES.stars));
}

function target(status: Status): TemplateResult {
  const value = status.key_target ? tag(t("status.yes"), "warn") : t("status.no");
  return item(tCode("standing", "key_target"), value, why(status, CODES.target));
}

function exit(status: Status): TemplateResult {
  const { exit_case, exit_decided, exit_ground, exit_since } = status;
  if (!exit_case) return item(tCode("measure", "exit"), t("status.none"));
  const value = html`${tag(t(exit_decided ? "status.exitDecided" : "status.exitDue"), exit_decided ? "danger" : "warn")}
  ${facts(tCode("ground", exit_ground ?? ""), exit_since && t("dossier.since", { from: exit_since }))}`;
  return item(tCode("measure", "exit"), value, why(status, CODES.exit));
}

function measures(status: Status): TemplateResult {
  const all = status.measures;
  const list = html`${measureList(all)} ${why(status, CODES.measures)}`;
  return item(t("status.measures"), all.length ? nothing : t("status.none"), list);
}

/** Measures, those of one kind and state in one line. */
export function measureList(all: readonly Measure[]): TemplateResult | typeof nothing {
  if (!all.length) return nothing;
  const groups = grouped(all, ({ kind, state }) => `${kind} ${state}`);
  return html`<ul class="measures">
    ${groups.map((group) => {
      const { kind, state, since, binds } = group[0]!;
      const times = group.length > 1 ? t("status.times", { count: group.length }) : "";
      return html`<li class="line">
        <span>${tCode("measure", kind)}${times}</span>
        <span class="end quiet small">${since}</span>
        ${binds && state === "due"
          ? tag(t("status.binds"), "danger")
          : tag(tCode("measureState", state), MEASURE_TONE[state])}
      </li>`;
    })}
  </ul>`;
}

/** What is open, and how much of it overdue. */
function open(status: Status): TemplateResult {
  const lines: [string, MessageKey, number, number, readonly string[]][] = [
    [t("dossier.orders"), "status.open", status.orders_open.length, status.orders_overdue.length, CODES.orders],
    [t("status.referrals"), "status.unsent", status.referrals_due.length, status.referrals_overdue.length, CODES.referrals],
    [t("status.hazards"), "status.open", status.hazards_open.length, status.hazards_overdue.length, CODES.hazards],
    [t("status.complaints"), "status.open", status.complaints_open.length, 0, CODES.complaints],
  ];
  return html`${lines.map(([name, word, count, overdue, codes]) => {
    const value = count || overdue
      ? html`${count ? tag(t(word, { count }), "warn") : nothing}
        ${overdue ? tag(t("status.overdue", { count: overdue }), "danger") : nothing}`
      : t("status.none");
    return item(name, value, why(status, codes));
  })}`;
}

/** The six disclosures of T7. */
function disclosed(status: Status): TemplateResult {
  const kinds = Object.entries(status.disclosures);
  const made = kinds.filter(([, state]) => state === true).length;
  const row = html`<span class="row">${t("dossier.row", { row: "T7" })}</span>`;
  return item(t("dossier.disclosures"), html`${made} / ${kinds.length}${row}`, html`${disclosureFlags(kinds)} ${why(status, CODES.disclosures)}`);
}

function selfGovernment(status: Status): TemplateResult {
  const { self_government, term_ends_on } = status;
  const value = facts(
    tCode("body", self_government),
    term_ends_on && t("dossier.termEnds", { date: term_ends_on }),
  );
  return item(t("dossier.selfGovernment"), value, why(status, CODES.selfGovernment));
}

function visit(status: Status): TemplateResult {
  const { next_inspection: next, as_of } = status;
  if (!next) return item(t("status.visit"), t("status.none"));
  const value = html`${next.on < as_of ? tag(t("status.visitOverdue"), "danger") : nothing}
  ${next.tier === null ? nothing : tag(tCode("tier", String(next.tier)))} ${next.on}`;
  return item(t("status.visit"), value, why(status, CODES.visit));
}

function gaps({ gaps: all, readings }: Status): TemplateResult {
  const list = all.length
    ? html`<ul class="gaps">
        ${all.map(
          (gap) =>
            html`<li>
              ${said(gap)}<span class="row">${t("dossier.row", { row: gap.row })}</span>
              ${basis({ facts: gap.facts, settings: [] }, readings)}
            </li>`,
        )}
      </ul>`
    : nothing;
  return item(t("status.gaps"), all.length ? String(all.length) : t("status.none"), list);
}

/** By which policy, and until when. */
export function held({ policy, holds_until, assumed }: Pick<Status, "policy" | "holds_until" | "assumed">): string {
  return facts(
    t("status.policy", { version: policy.version.slice(0, 8) }),
    holds_until && t(holds_until > today() ? "status.holds" : "status.held", { date: holds_until }),
    assumed && t("status.assumed"),
  );
}
