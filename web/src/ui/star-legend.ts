/** The legend of stars, which is the filter: each class can be switched off, each count opens its list. */

import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { starKey, STARS, type StarKey } from "../domain";
import type { Counts } from "../api/types";
import { number, t, tCode } from "../i18n";
import { toggleStar } from "../state";
import { store, StoreController } from "../store";
import { shared, starBadge } from "./shared";

@customElement("star-legend")
export class StarLegend extends LitElement {
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
      .bar {
        flex: 1;
        height: 6px;
        max-width: 96px;
        margin-left: auto;
      }
      .bar rect {
        fill: var(--line-strong);
        opacity: 0.55;
      }
      li.off .name,
      li.off .badge,
      li.off .bar {
        opacity: 0.55;
      }
      button {
        min-width: 56px;
        justify-content: flex-end;
        padding: 0 8px;
      }
    `,
  ];

  @property({ attribute: false }) counts: Counts | null = null;

  private readonly store = new StoreController(this);

  protected override render() {
    const counts = new Map(this.counts?.counts.map(({ value, count }) => [starKey(value as number | null), count]));
    const most = Math.max(1, ...counts.values());
    return html`<ul>
      ${STARS.map((star) => this.#row(star, this.counts ? (counts.get(star) ?? 0) : null, most))}
    </ul>`;
  }

  #row(star: StarKey, count: number | null, most: number) {
    const shown = this.store.state.stars?.includes(star) ?? true;
    const name = tCode("star", star);
    return html`<li class=${shown ? "" : "off"}>
      <label>
        <input
          type="checkbox"
          name=${star}
          .checked=${shown}
          @change=${() => store.set({ stars: toggleStar(store.state.stars, star) })}
        />
        ${starBadge(star)}<span class="name">${name}</span>
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
          <rect width=${((count ?? 0) / most) * 100} height="6" />
        </svg>
      </label>
      <button
        class="plain"
        aria-label=${t("filter.countOpens", { star: name, count: count ?? 0 })}
        ?disabled=${count === null}
        @click=${() => store.set({ stars: [star], list: true })}
      >
        ${count === null ? html`<span class="skeleton"></span>` : number(count)}
      </button>
    </li>`;
  }
}
