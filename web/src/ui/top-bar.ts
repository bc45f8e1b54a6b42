/** The top bar: which city, search, the day the data stand for, language, theme, who one is. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { District, Feature } from "../api/types";
import { named, t, today } from "../i18n";
import { chooseTheme, currentTheme } from "../preferences";
import { store, StoreController } from "../store";
import { SessionController } from "../session";
import "./account-menu";
import "./demo-parts";
import { icon, type IconName } from "./icons";
import "./place-search";
import { shared } from "./shared";

@customElement("top-bar")
export class TopBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 12px;
        height: var(--bar-height);
        padding: 0 8px 0 16px;
        background: var(--surface);
        border-bottom: 1px solid var(--line);
      }
      .city {
        font: var(--text-strong);
        white-space: nowrap;
      }
      .product {
        color: var(--ink-quiet);
        font-weight: 400;
      }
      select {
        height: 32px;
        max-width: 12em;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        font: var(--text-strong);
      }
      account-menu {
        flex: 0 1 auto;
      }
      demo-parts {
        flex: 0 1 auto;
      }
      place-search {
        flex: 1;
        max-width: 420px;
        min-width: 0;
        margin-left: 12px;
      }
      .end {
        display: flex;
        align-items: center;
        gap: 4px;
        margin-left: auto;
        white-space: nowrap;
      }
      .day.past {
        background: var(--accent-soft);
      }
      .narrow {
        display: none;
      }
      @media screen and (max-width: 1240px) {
        .product,
        .day time {
          display: none;
        }
      }
      @media print {
        place-search,
        .end button:not(.day) {
          display: none;
        }
      }
      @media screen and (max-width: 820px) {
        :host {
          gap: 4px;
          padding: 0 4px 0 12px;
        }
        .wide {
          display: none;
        }
        .narrow {
          display: inline-flex;
        }
        .end {
          gap: 0;
        }
        place-search {
          margin-left: 4px;
        }
        .end button:not(.square) {
          padding: 0 6px;
        }
        :host([demo]) {
          flex-wrap: wrap;
          align-content: center;
          row-gap: 4px;
        }
        demo-parts {
          order: 1;
          flex: 1 0 100%;
        }
      }
    `,
  ];

  @property({ attribute: false }) districts: Feature<District>[] = [];
  @property() city: string | null = null;
  @property({ type: Boolean }) filtersOpen = true;
  /** The day that is shown, as YYYY-MM-DD. */
  @property() day = today();
  @property({ type: Boolean }) daysOpen = false;
  @state() private theme = currentTheme();

  private readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("atlas-theme", this.#readTheme);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("atlas-theme", this.#readTheme);
  }

  protected override render() {
    const other = this.store.state.language === "en" ? "zh-CN" : "en";
    return html`
      <div class="city">${this.#cities()} <span class="product">${t("app.title")}</span></div>
      <place-search .districts=${this.#ofCity()} .city=${this.city}></place-search>
      <div class="end">
        ${this.#dayButton()}
        ${this.#button("filter", t("filter.panel"), "filters", "narrow", this.filtersOpen)}
        ${this.#button("keyboard", t("bar.help"), "help", "wide")}
        <button
          class="plain square"
          aria-label=${t(this.theme === "dark" ? "bar.theme.light" : "bar.theme.dark")}
          @click=${() => chooseTheme(this.theme === "dark" ? "light" : "dark")}
        >
          ${icon(this.theme === "dark" ? "sun" : "moon")}
        </button>
        <button class="plain" lang=${other} @click=${() => store.set({ language: other })}>
          ${t("bar.language")}
        </button>
      </div>
      ${this.session.current.demo ? html`<demo-parts></demo-parts>` : nothing}
      <account-menu .names=${this.#names()}></account-menu>
    `;
  }

  /** Puts the keyboard where another day is chosen. */
  focusDay(): void {
    this.renderRoot.querySelector<HTMLElement>("button.day")?.focus();
  }

  #dayButton() {
    const said = t("bar.asOf", { date: this.day });
    return html`<button
      class="plain day small ${this.day === today() ? "" : "past"}"
      aria-label=${t("bar.chooseDay", { date: this.day })}
      aria-expanded=${this.daysOpen}
      @click=${() => this.dispatchEvent(new Event("days"))}
    >
      ${icon("day")}<time datetime=${this.day}>${said}</time>
    </button>`;
  }

  /** The city's name, or a choice where the database holds several. */
  #cities() {
    const cities = new Map(this.districts.map(({ properties }) => [properties.city_code, properties]));
    const current = this.city === null ? undefined : cities.get(this.city);
    if (cities.size < 2) return current ? cityName(current) : nothing;
    return html`<select aria-label=${t("bar.city")} @change=${this.#chooseCity}>
      ${[...cities.values()].map(
        (district) =>
          html`<option value=${district.city_code} .selected=${district === current}>${cityName(district)}</option>`,
      )}
    </select>`;
  }

  /** Names of cities and districts in the language of the page, by their codes. */
  #names(): ReadonlyMap<string, string> {
    return new Map(
      this.districts.flatMap(({ properties }) => [
        [properties.city_code, cityName(properties)],
        [properties.code, named(properties)],
      ]),
    );
  }

  #ofCity(): Feature<District>[] {
    return this.districts.filter(({ properties }) => properties.city_code === this.city);
  }

  #button(name: IconName, label: string, event: string, kind: string, expanded?: boolean) {
    return html`<button
      class="plain square ${kind}"
      aria-label=${label}
      aria-expanded=${expanded ?? nothing}
      @click=${() => this.dispatchEvent(new Event(event))}
    >
      ${icon(name)}
    </button>`;
  }

  #chooseCity(event: Event): void {
    const city = (event.target as HTMLSelectElement).value;
    store.set({ city, district: null, compound: null });
    this.dispatchEvent(new Event("home"));
  }

  readonly #readTheme = (): void => {
    this.theme = currentTheme();
  };
}

function cityName({ city_name, city_name_en }: District): string {
  return named({ name: city_name, name_en: city_name_en });
}
