/** Chooses the day that map, list and dossiers stand for: by a slider, whose every step is drawn, or as a date. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { CompoundColumns } from "../columns/compound-columns";
import { dayNumber, dayText } from "../columns/history";
import { t, today } from "../i18n";
import { Query } from "../query";
import { store, StoreController } from "../store";
import { dayField } from "./day-field";
import { icon } from "./icons";
import "./problem-note";
import { shared } from "./shared";

/** Milliseconds the slider must rest before list and dossier follow. */
const REST = 300;

@customElement("day-bar")
export class DayBar extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 4px;
        box-sizing: border-box;
        padding: 8px 8px 8px 12px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .row label {
        font: var(--text-strong);
        white-space: nowrap;
      }
      input[type="date"] {
        height: 32px;
        padding: 0 4px 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .today {
        margin-left: auto;
      }
      input[type="range"] {
        width: 100%;
        height: 24px;
        margin: 0;
        accent-color: var(--accent);
        cursor: pointer;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        padding-right: 4px;
      }
      .slide {
        padding-right: 4px;
      }
      problem-note {
        padding-right: 4px;
      }
    `,
  ];

  @property({ attribute: false }) columns!: CompoundColumns;
  /** The day the slider is passing over; null while it rests. */
  @property({ attribute: false }) passing: string | null = null;

  private readonly store = new StoreController(this);
  /** The first day of ratings, once every change since then is known. */
  private readonly first = new Query(
    this,
    () => "history",
    async (signal) => {
      await this.columns.learnHistory(signal);
      return { day: this.columns.firstDay };
    },
  );
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** Whether the keyboard goes to the slider as soon as there is one. */
  #wantsFocus = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#resting);
  }

  /** Puts the keyboard on the slider, as soon as there is one. */
  focusSlider(): void {
    this.#wantsFocus = true;
    this.requestUpdate();
  }

  protected override updated(): void {
    const slider = this.renderRoot.querySelector<HTMLElement>("input[type=range]");
    if (!this.#wantsFocus || !slider) return;
    this.#wantsFocus = false;
    slider.focus();
  }

  protected override render() {
    const day = this.#day;
    return html`
      <div class="row">
        <label for="day">${t("days.label")}</label>
        ${dayField(day, (chosen) => this.#settle(chosen))}
        <button class="plain today" ?disabled=${day === today()} @click=${() => this.#settle(today())}>
          ${t("days.today")}
        </button>
        <button class="plain square" aria-label=${t("days.close")} title=${t("days.close")} @click=${() => this.#close()}>
          ${icon("close")}
        </button>
      </div>
      ${this.#slider(day)}
    `;
  }

  #slider(day: string) {
    const { data, error, waiting } = this.first;
    if (error) {
      return html`<problem-note .error=${error} what=${t("days.problem")} @retry=${() => this.first.retry()}></problem-note>`;
    }
    if (!data) return waiting ? html`<span class="skeleton"></span>` : nothing;
    if (data.day === null) return html`<p class="small quiet">${t("days.none")}</p>`;
    const [first, last] = [data.day, dayNumber(today())];
    return html`
      <div class="slide">
        <input
          type="range"
          min=${first}
          max=${last}
          step="1"
          aria-label=${t("days.slider")}
          aria-valuetext=${day}
          .value=${String(Math.max(first, dayNumber(day)))}
          @input=${this.#pass}
          @change=${this.#rest}
        />
      </div>
      <div class="ends small quiet">
        <span>${t("days.first", { date: dayText(first) })}</span>
        <span>${t("days.today")}</span>
      </div>
    `;
  }

  get #day(): string {
    return this.passing ?? this.store.state.asOf ?? today();
  }

  readonly #pass = ({ target }: Event): void => {
    clearTimeout(this.#resting);
    this.#tell("pass", dayText((target as HTMLInputElement).valueAsNumber));
  };

  readonly #rest = ({ target }: Event): void => {
    const day = dayText((target as HTMLInputElement).valueAsNumber);
    clearTimeout(this.#resting);
    // A key held down changes the slider many times, and is one choice.
    this.#resting = setTimeout(() => this.#settle(day), REST);
  };

  #settle(day: string): void {
    clearTimeout(this.#resting);
    store.set({ asOf: day === today() ? null : day });
    this.#tell("pass", null);
  }

  /** Back to today, since a day that nothing shows any more would mislead. */
  #close(): void {
    this.#settle(today());
    this.dispatchEvent(new Event("close"));
  }

  #tell(name: string, detail: string | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
