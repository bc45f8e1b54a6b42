/** The left panel: which compounds are shown, by district and star, and which layers. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Counts, District, Feature } from "../api/types";
import { countShown, type StandingKey } from "../domain";
import { show } from "../events";
import { named, t, tCode } from "../i18n";
import { SessionController, showsStanding } from "../session";
import { LAYERS, type LayerKey } from "../state";
import { store, StoreController } from "../store";
import { icon } from "./icons";
import { shared } from "./shared";
import "./problem-note";
import "./standing-filter";
import "./star-legend";

@customElement("filter-panel")
export class FilterPanel extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        background: var(--surface);
        border-right: 1px solid var(--line);
      }
      .rail {
        display: flex;
        flex-direction: column;
        align-items: center;
        gap: 4px;
        padding: 8px 0;
      }
      header {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: 8px 8px 0 16px;
      }
      h1 {
        font: var(--text-title);
      }
      .total {
        padding: 0 16px 8px;
      }
      .scroll {
        flex: 1;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      section {
        padding: 12px 8px 12px 16px;
        border-top: 1px solid var(--line);
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 32px;
        padding-right: 8px;
      }
      h2 {
        font: var(--text-strong);
      }
      .head button {
        min-height: 24px;
        padding: 0 8px;
        font: var(--text-small);
      }
      star-legend,
      standing-filter,
      .layers {
        display: block;
        margin-left: -8px;
      }
      select {
        width: calc(100% - 8px);
        height: 32px;
        margin-top: 4px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .layers label {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 28px;
        padding: 0 8px;
        border-radius: var(--radius);
        cursor: pointer;
      }
      .layers label:hover {
        background: var(--surface-hover);
      }
      .layers input {
        width: 16px;
        height: 16px;
        margin: 0;
        accent-color: var(--accent);
      }
      .note {
        margin: 0 8px 4px 0;
      }
      .key {
        display: grid;
        gap: 4px;
        margin: 4px 0 0 24px;
      }
      .key li {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .swatch {
        width: 16px;
        height: 12px;
        border: 1.5px solid var(--map-ink);
      }
      .swatch.gap {
        border-color: var(--gap);
        background: repeating-linear-gradient(-45deg, var(--gap) 0 1.5px, transparent 1.5px 5px);
      }
      .swatch.overlap {
        border-color: var(--overlap);
        background: repeating-linear-gradient(-45deg, var(--overlap) 0 1.5px, transparent 1.5px 5px);
      }
      .synthetic {
        display: flex;
        gap: 8px;
        align-items: baseline;
        margin: 8px 8px 0 0;
      }
      .mark {
        flex: none;
        padding: 0 6px;
        border: 1px dashed var(--line-strong);
        border-radius: 4px;
      }
      footer {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        gap: 8px;
        padding: 8px 16px;
        border-top: 1px solid var(--line);
      }
      problem-note {
        margin: 0 16px 12px;
      }
      @media screen and (max-width: 820px) {
        header .icon {
          transform: rotate(-90deg);
        }
      }
      @media print {
        header button,
        footer {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) districts: Feature<District>[] = [];
  @property({ attribute: false }) counts: Counts | null = null;
  @property({ attribute: false }) standings: Record<StandingKey, number> | null = null;
  @property({ attribute: false }) error: unknown = null;
  /** True if some of what is drawn is generated. */
  @property({ type: Boolean }) synthetic = false;
  @property({ type: Boolean, reflect: true }) collapsed = false;

  private readonly store = new StoreController(this);
  protected readonly session = new SessionController(this);
  /** The panel was folded or unfolded by its button, which is another one then. */
  #toggled = false;

  /** Puts the keyboard on the district selector, or on the layers. */
  async focusPart(part: "filters" | "layers"): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(part === "filters" ? "select" : ".layers input")?.focus();
  }

  protected override updated(): void {
    if (!this.#toggled) return;
    this.#toggled = false;
    this.renderRoot.querySelector<HTMLElement>("[aria-expanded]")?.focus();
  }

  protected override render() {
    return this.collapsed ? this.#rail() : this.#panel();
  }

  #rail() {
    return html`<div class="rail">
      ${this.#toggle()}
      <button class="plain square" aria-label=${t("filter.panel")} @click=${() => this.#expand("filters")}>
        ${icon("filter")}
      </button>
      <button class="plain square" aria-label=${t("filter.layers")} @click=${() => this.#expand("layers")}>
        ${icon("layers")}
      </button>
    </div>`;
  }

  #panel() {
    const { district, stars, only } = this.store.state;
    return html`
      <header>
        <h1>${t("filter.panel")}</h1>
        ${this.#toggle()}
      </header>
      <p class="total quiet" role="status">${this.#total()}</p>
      ${this.error
        ? html`<problem-note
            .error=${this.error}
            what=${t("problem.counts")}
            @retry=${() => this.dispatchEvent(new Event("retry"))}
          ></problem-note>`
        : nothing}
      <div class="scroll">
        ${this.#districtSection(district)}
        <section>
          <div class="head">
            <h2>${t("filter.stars")}</h2>
            ${stars
              ? html`<button class="plain" @click=${() => store.set({ stars: null })}>${t("filter.all")}</button>`
              : nothing}
          </div>
          <p class="small quiet note">${t("filter.starsNote")}</p>
          <star-legend .counts=${this.counts}></star-legend>
          ${showsStanding()
            ? html`<standing-filter .counts=${this.standings}></standing-filter>`
            : nothing}
          ${this.synthetic ? this.#syntheticMark() : nothing}
        </section>
        ${this.#layerSection()}
      </div>
      <footer>
        ${district || stars || only.length
          ? html`<button class="plain" @click=${() => this.#clear()}>${t("filter.clear")}</button>`
          : nothing}
        <button class="primary" @click=${() => store.set({ list: true })}>${t("filter.openList")}</button>
      </footer>
    `;
  }

  #toggle() {
    return html`<button
      class="plain square"
      aria-label=${t(this.collapsed ? "filter.expand" : "filter.collapse")}
      aria-expanded=${!this.collapsed}
      @click=${this.#fold}
    >
      ${icon(this.collapsed ? "right" : "left")}
    </button>`;
  }

  readonly #fold = (): void => {
    this.#toggled = true;
    this.dispatchEvent(new CustomEvent("collapse", { detail: !this.collapsed }));
  };

  /** How many compounds the filters leave, of how many in the district. */
  #total(): string {
    if (!this.counts) return "\u00a0";
    const { stars } = this.store.state;
    const shown = countShown(this.counts.counts, stars);
    const text = t("filter.shown", { count: shown });
    return stars ? `${text} · ${t("filter.shownOf", { total: this.counts.total })}` : text;
  }

  #districtSection(district: string | null) {
    return html`<section>
      <h2><label for="district">${t("filter.district")}</label></h2>
      <select id="district" @change=${this.#chooseDistrict}>
        <option value="" .selected=${!district}>${t("filter.allDistricts")}</option>
        ${this.districts.map(
          ({ properties }) =>
            html`<option value=${properties.code} .selected=${district === properties.code}>
              ${named(properties)}
            </option>`,
        )}
      </select>
    </section>`;
  }

  #syntheticMark() {
    return html`<p class="synthetic small quiet">
      <span class="mark">${t("filter.synthetic")}</span>
      <span>${t("filter.syntheticNote")}</span>
    </p>`;
  }

  #layerSection() {
    const { hidden } = this.store.state;
    return html`<section>
      <h2>${t("filter.layers")}</h2>
      <div class="layers">
        ${LAYERS.map(
          (layer) =>
            html`<label>
              <input type="checkbox" .checked=${!hidden.includes(layer)} @change=${() => this.#toggleLayer(layer)} />
              ${tCode("layer", layer)}
            </label>`,
        )}
        ${hidden.includes("jurisdictions") ? nothing : jurisdictionKey()}
      </div>
    </section>`;
  }

  #chooseDistrict(event: Event): void {
    const district = (event.target as HTMLSelectElement).value || null;
    store.set({ district });
    show(this, { district });
  }

  #toggleLayer(layer: LayerKey): void {
    const { hidden } = store.state;
    store.set({ hidden: LAYERS.filter((key) => (key === layer) !== hidden.includes(key)) });
  }

  #clear(): void {
    store.set({ district: null, stars: null, only: [] });
  }

  #expand(part: "filters" | "layers"): void {
    this.dispatchEvent(new CustomEvent("collapse", { detail: false }));
    void this.updateComplete.then(() => this.focusPart(part));
  }
}

/** What the marks of the jurisdiction layer mean (T14). */
function jurisdictionKey() {
  return html`<ul class="key small quiet">
    ${["gap", "overlap", "area"].map(
      (problem) => html`<li><span class="swatch ${problem}"></span>${tCode("jurisdiction", problem)}</li>`,
    )}
  </ul>`;
}
