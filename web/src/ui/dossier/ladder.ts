/** The sanction ladder (T3) as a row of rungs, those reached filled. */

import { css, html, type TemplateResult } from "lit";
import { RUNGS } from "../../domain";
import { t, tCode } from "../../i18n";

/** Rungs 0 to 4 with what each brings; `rung` is the one reached. */
export function ladder(rung: number): TemplateResult {
  return html`<ol class="ladder" aria-label=${t("status.rungOf", { rung })}>
    ${RUNGS.map(
      (step) =>
        html`<li class=${step === 0 ? "" : step <= rung ? "reached" : ""} aria-current=${step === rung ? "step" : "false"}>
          <b>${step}</b><span>${tCode("rung", String(step))}</span>
        </li>`,
    )}
  </ol>`;
}

export const ladderStyles = css`
  .ladder {
    display: grid;
    grid-template-columns: repeat(5, 1fr);
    gap: 2px;
    margin-bottom: 8px;
  }
  .ladder li {
    display: flex;
    flex-direction: column;
    align-items: center;
    margin: 0;
    padding: 4px 2px;
    border-bottom: 3px solid var(--line);
    color: var(--ink-quiet);
    font: var(--text-small);
    text-align: center;
  }
  .ladder b {
    font: var(--text-strong);
  }
  .ladder .reached {
    border-bottom-color: var(--danger);
    background: color-mix(in srgb, var(--danger) 8%, transparent);
    color: var(--ink);
  }
  .ladder [aria-current="step"] {
    border-bottom-color: var(--ink);
    color: var(--ink);
    font-weight: 600;
  }
  .ladder .reached[aria-current="step"] {
    border-bottom-color: var(--danger);
    background: color-mix(in srgb, var(--danger) 16%, transparent);
  }
`;
