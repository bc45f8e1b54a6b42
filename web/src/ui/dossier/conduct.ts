/** Sections on what happened at a compound and who answers for it: violations, orders, agencies. */

import { html, nothing, type TemplateResult } from "lit";
import type { Agency, Dossier, Order, Violation } from "../../api/types";
import { joined, named, t, tCode, today } from "../../i18n";
import { empty, facts, section, shortCode, tag } from "./parts";

/** Violations shown before the rest is asked for. */
const SHORT = 6;
const SEVERITY_TONE = { minor: "", general: "warn", serious: "danger" } as const;
const ORDER_TONE = { open: "warn", overdue: "danger", kept: "good", late: "warn", withdrawn: "" } as const;

/** Proven breaches, newest first, each with its row of the list. */
export function violationSection(
  { violations }: Dossier,
  all: boolean,
  showAll: () => void,
): TemplateResult {
  const { total, open, items } = violations;
  if (!items.length) return section(t("dossier.violations"), "T3", null, empty(t("dossier.noViolations")));
  const shown = all ? items : items.slice(0, SHORT);
  const content = html`<ul>${shown.map(violationItem)}</ul>
    ${shown.length < items.length
      ? html`<button class="plain more" @click=${showAll}>
          ${t("dossier.allViolations", { count: items.length })}
        </button>`
      : nothing}`;
  return section(t("dossier.violations"), null, t("dossier.violationsCount", { total, open }), content);
}

function violationItem(violation: Violation): TemplateResult {
  const { type, severity, offender_kind, company, occurred_on, found_on } = violation;
  return html`<li class=${violation.revoked_on ? "past" : ""}>
    <div class="line top">
      <b>${shortCode(type.code)}${named(type)}<span class="row">${t("dossier.row", { row: type.row })}</span></b>
      ${tag(tCode("severity", severity), SEVERITY_TONE[severity as keyof typeof SEVERITY_TONE] ?? "")}
    </div>
    <div class="quiet small">${facts(tCode("offender", offender_kind), company?.name)}</div>
    <div class="quiet small">
      ${facts(
        occurred_on ? t("dossier.occurred", { date: occurred_on }) : t("dossier.found", { date: found_on }),
        violation.confirmed_on && t("dossier.confirmed", { date: violation.confirmed_on }),
        violation.revoked_on
          ? t("dossier.revoked", { date: violation.revoked_on })
          : violation.closed_on
            ? t("dossier.closed", { date: violation.closed_on })
            : t("dossier.unclosed"),
      )}
    </div>
  </li>`;
}

/** Rectification orders, with the breach each answers. */
export function orderSection({ orders, violations }: Dossier): TemplateResult {
  const types = new Map(violations.items.map(({ id, type }) => [id, type]));
  const item = (order: Order) => {
    const type = order.violation_id === null ? undefined : types.get(order.violation_id);
    return html`<li>
      <div class="line top">
        <b>${type ? named(type) : t("dossier.orders")}</b>
        ${tag(tCode("orderState", order.state), ORDER_TONE[order.state])}
      </div>
      <div class="quiet small">
        ${facts(
          t("dossier.issued", { date: order.issued_on }),
          t("dossier.due", { date: order.due_on }),
          order.done_on && t("dossier.done", { date: order.done_on }),
        )}
      </div>
    </li>`;
  };
  const content = orders.length ? html`<ul>${orders.map(item)}</ul>` : empty(t("dossier.noOrders"));
  return section(t("dossier.orders"), "T3", null, content);
}

/** Who answers for what here, with the number to ring, and the notice to post (T14). */
export function agencySection({ agencies, id, as_of }: Dossier): TemplateResult {
  const item = ({ agency, roles, hotline, families, legal_basis, area }: Agency) =>
    html`<li>
      <div class="line top">
        <b>${agency.name}</b>
        ${hotline ? html`<a class="end" href="tel:${hotline}">${hotline}</a>` : nothing}
      </div>
      <div class="quiet small">
        ${facts(tCode("level", agency.level), area.name, joined(roles.map((role) => tCode("role", role))))}
      </div>
      <div class="quiet small">${t("dossier.answersFor", { breaches: breaches(families) })}</div>
      ${legal_basis ? html`<div class="quiet small">${t("dossier.basis", { basis: legal_basis })}</div>` : nothing}
    </li>`;
  const notice = (size: string) =>
    html`<a href="/compounds/${id}/notice?f=pdf&size=${size}" target="_blank" rel="noopener">${size}</a>`;
  const content = agencies.length
    ? html`<ul>${agencies.map(item)}</ul>
        ${as_of === today()
          ? html`<p class="notice">${t("dossier.notice")} ${notice("A4")} ${notice("A3")}</p>`
          : nothing}`
    : empty(t("dossier.noAgencies"));
  return section(t("dossier.agencies"), "T14", null, content);
}

/** Families by name, single types by the row of the list or the prohibition's number, each once. */
function breaches(families: readonly string[]): string {
  return joined([...new Set(families.map((family) => tCode("family", family.split(".")[0]!)))]);
}
