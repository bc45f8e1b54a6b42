/** Why something is so: one line with its row of the list, and the reading behind it one press away. */

import { html, nothing, type TemplateResult } from "lit";
import type { Reading, Readings, Reason, Said } from "../../api/types";
import { t } from "../../i18n";
import { store } from "../../store";

/** The sentence in the language of the page. */
export function said({ zh, en }: Said): string {
  return store.state.language === "en" ? en : zh;
}

/** Reasons, with how the city reads each setting they name. */
export interface Told {
  reasons: readonly Reason[];
  readings: Readings;
}

/** The reasons with one of these codes, in their order; all of them without codes. */
export function why({ reasons, readings }: Told, codes?: readonly string[]): TemplateResult | typeof nothing {
  const wanted = codes ? reasons.filter(({ code }) => codes.includes(code)) : reasons;
  if (!wanted.length) return nothing;
  return html`<ul class="why">
    ${wanted.map(
      (reason) =>
        html`<li>
          ${said(reason.brief)}<span class="row">${t("dossier.row", { row: reason.row })}</span>${basis(reason, readings)}
        </li>`,
    )}
  </ul>`;
}

/** The facts a reason rests on, and the readings that made it, one press away. */
export function basis(
  { facts, settings }: Pick<Reason, "facts" | "settings">,
  readings: Readings,
): TemplateResult | typeof nothing {
  if (!facts.length && !settings.length) return nothing;
  return html`<details class="reading">
    <summary>${t("status.basis")}</summary>
    ${facts.length
      ? html`<p>${facts.map((fact, index) => html`${index ? " · " : ""}${said(fact)} ${fact.id} (${fact.on})`)}</p>`
      : nothing}
    ${settings.map((setting) => readingText(setting, readings[setting] ?? null))}
  </details>`;
}

/** Which reading of the list the policy chose, one press away. */
export function readingOf(setting: string, reading: Reading): TemplateResult {
  return html`<details class="reading">
    <summary>${t("status.reading")}</summary>
    ${readingText(setting, reading)}
  </details>`;
}

function readingText(setting: string, reading: Reading | null): TemplateResult {
  return html`<p>
    ${reading ? html`${said(reading.question)}<br />${reading.meaning ? html`${said(reading.meaning)}<br />` : nothing}` : nothing}
    <code>${setting}${reading ? ` = ${plain(reading.value)}` : ""}</code>
  </p>`;
}

/** The value of a setting in one line; of a table its rows, as "T7.fees_raised → P7". */
function plain(value: unknown): string {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, one]) => `${key} → ${plain(one)}`)
    .join(", ");
}
