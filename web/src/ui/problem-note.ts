/** Says what could not be read, why, and the way out, with the request id to copy. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Problem } from "../api/client";
import { t } from "../i18n";
import { StoreController } from "../store";
import { shared } from "./shared";
import { problemInWords, problemText } from "./words";

@customElement("problem-note")
export class ProblemNote extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 12px;
        border-left: 3px solid var(--danger);
        background: var(--surface-sunken);
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 8px;
      }
    `,
  ];

  /** What was thrown. */
  @property({ attribute: false }) error: unknown = null;
  /** What could not be read, in the reader's language. */
  @property() what = "";

  protected readonly store = new StoreController(this);

  protected override render() {
    const problem = this.error instanceof Problem ? this.error : null;
    const words = problemInWords(this.error);
    const id = problem?.requestId;
    return html`
      <div role="alert">
        <strong>${t("problem.title", { what: this.what })}</strong>
        <p lang=${words === null ? "en" : nothing}>${words ?? problemText(this.error)}</p>
        ${id ? html`<p class="quiet">${t("problem.way")}</p>` : nothing}
      </div>
      <div class="ways">
        ${id
          ? html`<button @click=${() => navigator.clipboard?.writeText(id)}>${t("problem.copyId", { id })}</button>`
          : nothing}
        <button @click=${() => this.dispatchEvent(new Event("retry"))}>${t("problem.retry")}</button>
      </div>
    `;
  }
}
