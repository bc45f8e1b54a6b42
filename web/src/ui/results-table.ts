/** The list of compounds under the map: the same view for those who do not use a mouse. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { compounds, nextPage, PAGE_SIZE, type CompoundFilter } from "../api/client";
import type { Compound, District, Feature, FeaturePage } from "../api/types";
import { STANDINGS, starKey } from "../domain";
import { open } from "../events";
import { named, number, t, tCode } from "../i18n";
import { SessionController, sessions, showsStanding } from "../session";
import { readPreference, writePreference } from "../preferences";
import { Query } from "../query";
import { store, StoreController } from "../store";
import { icon } from "./icons";
import "./problem-note";
import { shared, skeletonLines, starWithName } from "./shared";

const HEIGHT = { least: 140, start: 300, step: 40 };
const COLUMNS = ["name", "star", "standing", "district", "street", "company", "households", "built", "rated"] as const;
type Column = (typeof COLUMNS)[number];

@customElement("results-table")
export class ResultsTable extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        background: var(--surface);
        border-top: 1px solid var(--line);
      }
      .handle {
        height: 8px;
        margin-top: -4px;
        cursor: ns-resize;
        touch-action: none;
      }
      .handle:focus-visible {
        outline-offset: -3px;
      }
      header {
        display: flex;
        flex: none;
        align-items: center;
        gap: 12px;
        height: 36px;
        padding: 0 8px 0 16px;
      }
      h2 {
        font: var(--text-strong);
      }
      header button {
        margin-left: auto;
      }
      .scroll {
        flex: 1;
        overflow: auto;
        overscroll-behavior: contain;
        border-top: 1px solid var(--line);
      }
      table {
        width: 100%;
        border-collapse: collapse;
        white-space: nowrap;
      }
      th {
        position: sticky;
        top: 0;
        z-index: 1;
        padding: 6px 12px;
        background: var(--surface-sunken);
        color: var(--ink-quiet);
        font: var(--text-small);
        text-align: left;
      }
      td {
        height: 32px;
        padding: 0 12px;
        border-bottom: 1px solid var(--line);
      }
      th:first-child,
      td:first-child {
        padding-left: 16px;
      }
      .figure {
        text-align: right;
      }
      tbody tr {
        cursor: pointer;
      }
      tbody tr:hover {
        background: var(--surface-hover);
      }
      tr[aria-current="true"] {
        background: var(--accent-soft);
        box-shadow: inset 3px 0 var(--accent);
      }
      td button {
        min-height: 24px;
        margin-left: -6px;
        padding: 0 6px;
      }
      td .star {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .more {
        display: flex;
        justify-content: flex-end;
        padding: 8px 16px;
      }
      .note {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 12px;
        padding: 16px;
      }
      .skeletons {
        display: grid;
        gap: 20px;
        padding: 16px;
      }
    `,
  ];

  @property({ attribute: false }) filter: CompoundFilter = {
    city: null,
    district: null,
    stars: null,
    only: [],
    asOf: null,
  };
  @property({ attribute: false }) districts: Feature<District>[] = [];
  /** Name of the area the filter is about, for the empty state. */
  @property() area = "";
  /** How many compounds the filter matches, where known. */
  @property({ attribute: false }) total: number | null = null;
  @property({ type: Boolean }) opened = false;
  @state() private later: FeaturePage<Compound>[] = [];
  @state() private more: "ready" | "loading" | unknown = "ready";
  @query("tbody") private body!: HTMLElement | null;

  private readonly store = new StoreController(this);
  protected readonly session = new SessionController(this);
  private readonly first = new Query(
    this,
    () => (this.opened && !this.#nothingChosen ? JSON.stringify(this.filter) : null),
    async (signal) => sessions.told(await compounds(this.filter, null, signal)),
  );
  #base: FeaturePage<Compound> | null = null;
  #abort: AbortController | null = null;
  /** The row the arrow keys are on. */
  #row = 0;
  #wantsFocus = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize(Number(readPreference("list-height")) || HEIGHT.start);
  }

  /** Puts the keyboard on the list's current row, as soon as there is one. */
  focusRows(): void {
    this.#wantsFocus = true;
    this.requestUpdate();
  }

  protected override updated(): void {
    if (this.#wantsFocus && this.#focusRow(this.#row)) this.#wantsFocus = false;
  }

  protected override willUpdate(): void {
    if (this.first.data === this.#base) return;
    this.#base = this.first.data;
    this.#abort?.abort();
    this.later = [];
    this.more = "ready";
    this.#row = 0;
  }

  protected override render() {
    return html`
      ${this.opened ? this.#handle() : nothing}
      <header>
        <h2>${t("list.title")}</h2>
        <span class="small quiet" role="status">${this.#summary()}</span>
        <button
          class="plain square"
          aria-label=${t(this.opened ? "list.close" : "list.open")}
          aria-expanded=${this.opened}
          @click=${() => store.set({ list: !this.opened })}
        >
          ${icon(this.opened ? "down" : "up")}
        </button>
      </header>
      ${this.opened ? html`<div class="scroll" tabindex="-1">${this.#content()}</div>` : nothing}
    `;
  }

  get #nothingChosen(): boolean {
    return this.filter.stars?.length === 0;
  }

  get #rows(): Feature<Compound>[] {
    if (!this.first.data || this.#nothingChosen) return [];
    return [this.first.data, ...this.later].flatMap((page) => page.features);
  }

  #summary() {
    const total = this.#nothingChosen ? 0 : this.total;
    if (!this.opened) return total === null ? nothing : t("filter.shown", { count: total });
    const shown = this.#rows.length;
    return total === null ? t("list.shownSome", { shown }) : t("list.shown", { shown, total });
  }

  #handle() {
    const height = Math.round(this.offsetHeight);
    return html`<div
      class="handle"
      role="separator"
      tabindex="0"
      aria-orientation="horizontal"
      aria-label=${t("list.resize")}
      aria-valuenow=${height}
      aria-valuemin=${HEIGHT.least}
      aria-valuemax=${Math.max(HEIGHT.least, this.#tallest)}
      @pointerdown=${this.#drag}
      @keydown=${this.#handleKey}
    ></div>`;
  }

  #content() {
    if (this.first.error) {
      return html`<problem-note
        .error=${this.first.error}
        what=${t("problem.list")}
        @retry=${() => this.first.retry()}
      ></problem-note>`;
    }
    if (this.#nothingChosen || this.first.data?.features.length === 0) return this.#empty();
    if (!this.first.data) return this.first.waiting ? skeletonLines(5) : nothing;
    const rows = this.#rows;
    return html`
      <table>
        <thead>
          <tr>
            ${this.#columns.map((column) => html`<th scope="col" class=${figure(column)}>${t(`list.${column}`)}</th>`)}
          </tr>
        </thead>
        <tbody @keydown=${this.#rowKey}>
          ${rows.map((row, index) => this.#tableRow(row, index))}
        </tbody>
      </table>
      ${this.#moreButton(rows.length)}
    `;
  }

  /** The columns there are for who asks. */
  get #columns(): readonly Column[] {
    return COLUMNS.filter((column) => column !== "standing" || showsStanding());
  }

  #tableRow({ id, properties: p }: Feature<Compound>, index: number) {
    const current = this.store.state.compound === id;
    return html`<tr aria-current=${current} @click=${() => this.#open(id, index)}>
      <td>
        <button class="plain" tabindex=${index === this.#row ? 0 : -1} @focus=${() => this.#roveTo(index)}>
          ${p.name}
        </button>
      </td>
      <td><span class="star">${starWithName(starKey(p.effective_star))}</span></td>
      ${this.#columns.includes("standing")
        ? html`<td>${STANDINGS.map((standing) => (p[standing] ? html`<span class="tag warn">${tCode("tag", standing)}</span> ` : nothing))}</td>`
        : nothing}
      <td>${this.#districtName(p)}</td>
      <td>${p.street_name}</td>
      <td>${p.company_name}</td>
      <td class="figure">${p.households === null ? "–" : number(p.households)}</td>
      <td class="figure">${p.year_built ?? "–"}</td>
      <td class="figure">${p.rated_on ?? "–"}</td>
    </tr>`;
  }

  /** In the language of the page, which a compound's own columns are not. */
  #districtName({ district_code, district_name }: Compound): string | null {
    const district = this.districts.find(({ properties }) => properties.code === district_code);
    return district ? named(district.properties) : district_name;
  }

  #moreButton(shown: number) {
    if (!this.#next) return nothing;
    if (this.more instanceof Error) {
      return html`<problem-note .error=${this.more} what=${t("problem.list")} @retry=${this.#loadMore}></problem-note>`;
    }
    const count = Math.min(PAGE_SIZE, (this.total ?? Infinity) - shown);
    return html`<div class="more">
      <button ?disabled=${this.more === "loading"} @click=${this.#loadMore}>${t("list.more", { count })}</button>
    </div>`;
  }

  #empty() {
    const { stars, district, only } = this.filter;
    const why = this.#nothingChosen
      ? t("list.emptyStars")
      : t("list.empty", { place: this.area || t("list.here") });
    return html`<div class="note">
      <p>${why}</p>
      ${stars || only.length
        ? html`<button @click=${() => store.set({ stars: null, only: [] })}>${t("filter.all")}</button>`
        : nothing}
      ${district
        ? html`<button @click=${() => store.set({ district: null })}>${t("filter.allDistricts")}</button>`
        : nothing}
    </div>`;
  }

  get #next(): string | null {
    const last = this.later.at(-1) ?? this.first.data;
    return last ? nextPage(last) : null;
  }

  async #loadMore(): Promise<void> {
    const abort = (this.#abort = new AbortController());
    const firstNew = this.#rows.length;
    this.more = "loading";
    try {
      const page = await compounds(this.filter, this.#next, abort.signal);
      this.later = [...this.later, page];
      this.more = "ready";
      await this.updateComplete;
      this.#focusRow(firstNew);
    } catch (error) {
      if (!abort.signal.aborted) this.more = error;
    }
  }

  #open(compound: number, index: number): void {
    this.#roveTo(index);
    open(this, compound);
  }

  #rowKey(event: KeyboardEvent): void {
    const last = this.#rows.length - 1;
    const target = { ArrowDown: this.#row + 1, ArrowUp: this.#row - 1, Home: 0, End: last }[event.code];
    if (target === undefined) return;
    event.preventDefault();
    this.#focusRow(Math.min(Math.max(target, 0), last));
  }

  #focusRow(index: number): boolean {
    const button = this.body?.querySelectorAll("button")[index];
    button?.focus();
    button?.scrollIntoView({ block: "nearest" });
    return button !== undefined;
  }

  #roveTo(index: number): void {
    if (index === this.#row) return;
    this.#row = index;
    this.requestUpdate();
  }

  #drag(event: PointerEvent): void {
    const handle = event.target as HTMLElement;
    const start = this.offsetHeight + event.clientY;
    handle.setPointerCapture(event.pointerId);
    const move = ({ clientY }: PointerEvent) => this.#resize(start - clientY);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
      once: true,
    });
  }

  #handleKey(event: KeyboardEvent): void {
    const step = { ArrowUp: HEIGHT.step, ArrowDown: -HEIGHT.step }[event.code];
    if (!step) return;
    event.preventDefault();
    this.#resize(this.offsetHeight + step);
  }

  get #tallest(): number {
    return innerHeight - 160;
  }

  #resize(height: number): void {
    const fitting = Math.round(Math.max(HEIGHT.least, Math.min(height, this.#tallest)));
    writePreference("list-height", String(fitting));
    document.documentElement.style.setProperty("--list-height", `${fitting}px`);
    this.requestUpdate();
  }
}

function figure(column: Column): string {
  return ["households", "built", "rated"].includes(column) ? "figure" : "";
}
