/** Narrows the view to key targets and exit cases; each count opens its list. */

import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { STANDINGS, type StandingKey } from "../domain";
import { number, t, tCode } from "../i18n";
import { store, StoreController } from "../store";
import { shared } from "./shared";

@customElement("standing-filter")
export class StandingFilter extends LitElement {
  static override styles = [
    shared,
    css`
      li {
        display: flex;
        align-items: center;
        border-radius: var(--radius);
      }
      li:hover {
        background: var(--surface-hover);
      }
      label {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 8px;
        min-height: 32px;
        padding: 0 8px;
        cursor: pointer;
      }
      input {
        width: 16px;
        height: 16px;
        margin: 0;
        accent-color: var(--accent);
      }
      button {
        min-width: 56px;
        justify-content: flex-end;
        padding: 0 8px;
      }
    `,
  ];

  /** How many there are in the area, whatever stars are shown. */
  @property({ attribute: false }) counts: Record<StandingKey, number> | null = null;

  private readonly store = new StoreController(this);

  protected override render() {
    return html`<ul>
      ${STANDINGS.map((standing) => this.#row(standing, this.counts?.[standing] ?? null))}
    </ul>`;
  }

  #row(standing: StandingKey, count: number | null) {
    const name = tCode("standing", standing);
    return html`<li>
      <label>
        <input
          type="checkbox"
          name=${standing}
          .checked=${this.store.state.only.includes(standing)}
          @change=${() => this.#toggle(standing)}
        />
        <span>${t("filter.only", { name })}</span>
        <span class="quiet small">${tCode("standingRow", standing)}</span>
      </label>
      <button
        class="plain"
        aria-label=${t("filter.standingOpens", { name, count: count ?? 0 })}
        ?disabled=${count === null}
        @click=${() => store.set({ only: [standing], stars: null, list: true })}
      >
        ${count === null ? html`<span class="skeleton"></span>` : number(count)}
      </button>
    </li>`;
  }

  #toggle(standing: StandingKey): void {
    const { only } = store.state;
    store.set({ only: STANDINGS.filter((key) => (key === standing) !== only.includes(key)) });
  }
}
