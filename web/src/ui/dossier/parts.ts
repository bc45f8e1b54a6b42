/** Pieces the sections of a dossier are made of. */

import { html, nothing, type TemplateResult } from "lit";
import { number, t, tCode } from "../../i18n";

/** A section with its heading, the row of the list it rests on, and a remark at its end. */
export function section(
  title: string,
  row: string | null,
  remark: string | null,
  content: TemplateResult | TemplateResult[],
): TemplateResult {
  return html`<section>
    <h3>
      ${title}${row ? html`<span class="row">${t("dossier.row", { row })}</span>` : nothing}
      ${remark ? html`<span class="remark">${remark}</span>` : nothing}
    </h3>
    ${content}
  </section>`;
}

/** Says why a section holds nothing. */
export function empty(text: string): TemplateResult {
  return html`<p class="quiet">${text}</p>`;
}

/** Facts joined by middle dots; what is not known is left out. */
export function facts(...parts: (string | null | undefined | false)[]): string {
  return parts.filter(Boolean).join(" · ");
}

/** A word about a state, coloured and worded. */
export function tag(text: string, tone: "" | "good" | "warn" | "danger" = ""): TemplateResult {
  return html`<span class="tag ${tone}">${text}</span>`;
}

/** The disclosures of T7: made, not made, or not looked at. */
export function disclosureFlags(kinds: readonly (readonly [kind: string, state: boolean | null])[]): TemplateResult {
  return html`<ul class="flags">
    ${kinds.map(([kind, state]) => {
      const word = state === null ? "status.unseen" : state ? "dossier.disclosed" : "dossier.undisclosed";
      return html`<li class=${state === null ? "unseen" : state ? "made" : "missing-flag"} title=${t(word)}>
        <span aria-hidden="true">${state === null ? "?" : state ? "✓" : "✗"}</span> ${tCode("disclosed", kind)}
        <span class="visually-hidden">${t(word)}</span>
      </li>`;
    })}
  </ul>`;
}

/** Square metres, or hectares from one hectare up. */
export function area(squareMetres: number): string {
  const hectares = squareMetres / 10_000;
  const text = number(hectares >= 1 ? hectares : Math.round(squareMetres));
  return `${text} ${hectares >= 1 ? "ha" : "m²"}`;
}

/** A share of one as a percentage; null where it is the whole, or not known. */
export function partShare(share: number | null | undefined): string | null {
  if (share == null || share >= 0.995) return null;
  return t("dossier.share", { share: `${Math.round(share * 100)}%` });
}

/** The number of a prohibition, which people know it by; other codes are the system's own. */
export function shortCode(code: string): string {
  return /^P\d$/.test(code) ? `${code} ` : "";
}

/** What belongs together, in the order it first comes. */
export function grouped<T>(all: readonly T[], key: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups.values()];
}
