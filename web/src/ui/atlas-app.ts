/** The page: puts bar, map, panels and list together, and carries what they ask of one another. */

import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import {
  attributions,
  boundsOf,
  compoundsExtent,
  countsByStanding,
  countsByStar,
  districts,
  outline,
  syntheticCount,
  unionBounds,
} from "../api/client";
import type { Bounds, District, Feature } from "../api/types";
import { CompoundColumns } from "../columns/compound-columns";
import { countsOf, type Counted } from "../columns/counts";
import { countShown } from "../domain";
import type { DialogName, OpenRequest, ShowRequest } from "../events";
import { named, t, today } from "../i18n";
import { AtlasMap } from "../map/atlas-map";
import { readPreference, writePreference } from "../preferences";
import { Query } from "../query";
import { seesStanding, SessionController } from "../session";
import { store, StoreController } from "../store";
import { CompanyPanel } from "./company-panel";
import { DayBar } from "./day-bar";
import "./demo-invite";
import { CompoundDossier } from "./dossier/compound-dossier";
import { FilterPanel } from "./filter-panel";
import { HelpDialog } from "./help-dialog";
import "./map-controls";
import { PasswordDialog } from "./password-dialog";
import { PlaceSearch } from "./place-search";
import { ResultsTable } from "./results-table";
import "./session-note";
import { actionFor, type Action } from "./shortcuts";
import { SignInDialog } from "./sign-in-dialog";
import { TopBar } from "./top-bar";
import { Unfolded } from "./unfolded";

/** What is to be seen of the map below the day bar at least, in pixels; else the bar may cover what is shown. */
const LOW = 200;
const NARROW = matchMedia("(max-width: 820px)");

@customElement("atlas-app")
export class AtlasApp extends LitElement {
  @state() collapsed = NARROW.matches || readPreference("panel") === "collapsed";

  /** Whether another day can be chosen. */
  @state() private days = store.state.asOf !== null;
  /** The day the slider is passing over. */
  @state() private passing: string | null = null;

  @query("atlas-map") private map!: AtlasMap;
  @query("filter-panel") private filters!: FilterPanel;
  @query("results-table") private list!: ResultsTable;
  @query("compound-dossier") private dossier!: CompoundDossier | null;
  @query("company-panel") private company!: CompanyPanel | null;
  @query("day-bar") private dayBar!: DayBar | null;
  @query("help-dialog") private help!: HelpDialog;
  @query("top-bar") private bar!: TopBar;
  @query("sign-in-dialog") private signIn!: SignInDialog;
  @query("password-dialog") private password!: PasswordDialog | null;

  private readonly store = new StoreController(this);
  private readonly session = new SessionController(this);
  private readonly columns = new CompoundColumns(seesStanding(this.session.current));
  private readonly districts = new Query(
    this,
    () => "districts",
    async (signal) => (await districts(signal)).features,
  );
  private readonly sources = new Query(this, () => "sources", attributions);
  private readonly counts = new Query(
    this,
    () => (this.districts.data ? JSON.stringify({ ...this.#filter, stars: null }) : null),
    (signal) => countsByStar(this.#filter, signal),
  );
  private readonly standings = new Query(
    this,
    () =>
      this.districts.data && seesStanding(this.session.current)
        ? JSON.stringify([this.#city, this.store.state.district, this.store.state.asOf])
        : null,
    (signal) => countsByStanding(this.#filter, signal),
  );
  private readonly synthetic = new Query(
    this,
    () => this.#city,
    (signal) => syntheticCount(this.#city, signal),
  );
  /** What had the keyboard before the dossier took it. */
  #opener: HTMLElement | null = null;
  protected readonly printing = new Unfolded(this);
  #placed = false;
  /** The company that was shown last. */
  #company: number | null = null;
  /** A link that names a compound but no place means: show me the compound. */
  #locate = store.state.compound !== null && store.state.place === null;

  // The map and its stylesheet live in the document, so the frame does too.
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#key);
    this.addEventListener("atlas-open", ({ detail }) => void this.#open(detail));
    this.addEventListener("atlas-show", ({ detail }) => void this.#show(detail));
    this.addEventListener("atlas-dialog", ({ detail }) => this.#dialog(detail));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#key);
  }

  protected override render() {
    const { compound, company, list, asOf } = this.store.state;
    const ofCity = this.#ofCity();
    const passed = this.#passed();
    const day = this.passing ?? asOf ?? today();
    const demo = this.session.current.demo !== null;
    return html`
      <button class="skip" @click=${() => this.#act("list")}>${t("app.skip")}</button>
      <top-bar
        role="banner"
        .districts=${this.districts.data ?? []}
        .city=${this.#city}
        .filtersOpen=${!this.collapsed}
        .day=${day}
        .daysOpen=${this.#choosesDay}
        @days=${() => this.#act("days")}
        @home=${() => void this.#show({ district: null })}
        @help=${() => this.help.show()}
        @filters=${() => this.#collapse(!this.collapsed)}
        ?demo=${demo}
      ></top-bar>
      <session-note></session-note>
      <filter-panel
        role="region"
        aria-label=${t("filter.panel")}
        .districts=${ofCity}
        .counts=${passed?.stars ?? this.counts.data}
        .standings=${passed?.standings ?? this.standings.data}
        .error=${this.districts.error ?? this.counts.error ?? this.standings.error}
        .synthetic=${Boolean(this.synthetic.data)}
        .collapsed=${this.collapsed}
        @collapse=${({ detail }: CustomEvent<boolean>) => this.#collapse(detail)}
        @retry=${() => this.#retry()}
      ></filter-panel>
      <atlas-map role="main" .columns=${this.columns} .day=${day === today() ? null : day}></atlas-map>
      ${this.#choosesDay
        ? html`<day-bar
            role="region"
            aria-label=${t("days.label")}
            .columns=${this.columns}
            .passing=${this.passing}
            @pass=${({ detail }: CustomEvent<string | null>) => (this.passing = detail)}
            @close=${() => this.#closeDays()}
          ></day-bar>`
        : nothing}
      <map-controls
        role="group"
        aria-label=${t("map.label")}
        @zoom-in=${() => this.map.zoomBy(1)}
        @zoom-out=${() => this.map.zoomBy(-1)}
        @home=${() => void this.#show({ district: null })}
      ></map-controls>
      <p class="north" aria-hidden="true">N ↑</p>
      <p class="attribution">${this.#attribution()}</p>
      <results-table
        role="region"
        aria-label=${t("list.title")}
        .filter=${this.#filter}
        .districts=${ofCity}
        .area=${this.#areaName()}
        .total=${this.#matching()}
        .opened=${list}
      ></results-table>
      ${company === null
        ? nothing
        : html`<company-panel
            role="complementary"
            aria-label=${t("company.label")}
            .company=${company}
            .compound=${compound}
            @close=${() => this.#back()}
          ></company-panel>`}
      ${compound === null || company !== null
        ? nothing
        : html`<compound-dossier
            role="complementary"
            aria-label=${t("dossier.label")}
            .compound=${compound}
            .locate=${this.#locate}
            @close=${() => this.#back()}
          ></compound-dossier>`}
      ${demo ? html`<demo-invite></demo-invite>` : nothing}
      <help-dialog></help-dialog>
      <sign-in-dialog></sign-in-dialog>
      ${this.session.current.has_password ? html`<password-dialog></password-dialog>` : nothing}
    `;
  }

  protected override updated(): void {
    const { compound, company, list, language } = this.store.state;
    this.classList.toggle("with-dossier", compound !== null || company !== null);
    this.classList.toggle("with-list", list);
    this.classList.toggle("with-days", this.#choosesDay);
    this.classList.toggle("demo", this.session.current.demo !== null);
    this.classList.toggle("collapsed", this.collapsed);
    document.documentElement.lang = language;
    document.title = t("app.title");
    // Opened by a press, not by the link that the page began with.
    if (this.#placed && company !== null && this.#company === null) void this.company?.focusHead();
    this.#company = company;
    this.#placeOnce();
  }

  /** The city of the view: the one named, else the district's, else the first. */
  get #city(): string | null {
    const { city, district } = this.store.state;
    const all = this.districts.data ?? [];
    const own = all.find(({ properties }) => properties.code === district);
    return city ?? own?.properties.city_code ?? all[0]?.properties.city_code ?? null;
  }

  get #filter() {
    const { district, stars, only, asOf } = this.store.state;
    return { city: this.#city, district, stars, only, asOf };
  }

  /** A day that the address names can be changed, too. */
  get #choosesDay(): boolean {
    return this.days || this.store.state.asOf !== null;
  }

  /** What the filters would count on the day that the slider is passing over, which nobody is asked for. */
  #passed(): Counted | null {
    const facts = this.passing === null ? null : this.columns.read(this.passing);
    if (!facts) return null;
    const { district, only } = this.store.state;
    const codes = new Set<unknown>(this.#ofCity().map(({ properties }) => properties.code));
    return countsOf(facts, (code) => codes.has(code) && (district === null || code === district), only);
  }

  #ofCity(): Feature<District>[] {
    return (this.districts.data ?? []).filter(({ properties }) => properties.city_code === this.#city);
  }

  /** Whose data these are, and in which datum. */
  #attribution(): string {
    const sources = this.sources.data ?? [];
    const named = sources.length > 0 ? [t("map.sources", { sources: sources.join(", ") })] : [];
    return [...named, t("map.datum")].join(" · ");
  }

  /** How many compounds the star filter leaves. */
  #matching(): number | null {
    return this.counts.data && countShown(this.counts.data.counts, this.store.state.stars);
  }

  #areaName(): string {
    const { district } = this.store.state;
    const found = this.#ofCity().find(({ properties }) => properties.code === district);
    return found ? named(found.properties) : "";
  }

  /** A link without a place begins at its district, or the city. */
  #placeOnce(): void {
    if (this.#placed || !this.districts.data || !this.map.map) return;
    this.#placed = true;
    const { place, district } = this.store.state;
    if (!place) void this.#show({ district }, true);
  }

  async #open({ compound, focus }: OpenRequest): Promise<void> {
    if (focus) this.#opener = focused();
    if (NARROW.matches) this.collapsed = true;
    store.set({ compound, company: null });
    await this.updateComplete;
    if (focus) await this.dossier?.focusHead();
  }

  async #show(request: ShowRequest, still = false): Promise<void> {
    const bounds = "point" in request ? null : await this.#boundsFor(request).catch((error: unknown) => {
      this.map.noteFailure(error);
      return null;
    });
    // A panel that opens with the same press must be counted in.
    await this.updateComplete;
    this.map.setPadding(this.#covered());
    if ("point" in request) {
      this.#locate = false;
      this.map.showPoint(request.point);
    }
    else if (bounds) this.map.showBounds(bounds, { still });
  }

  async #boundsFor(request: { district: string | null } | { street: number }): Promise<Bounds | null> {
    if ("street" in request) return boundsOf(await outline("streets", request.street));
    const chosen = this.#ofCity().filter(
      ({ properties }) => request.district === null || properties.code === request.district,
    );
    // Compounds may have come before any district did, as from an OpenStreetMap file.
    if (chosen.length === 0) return compoundsExtent();
    const bounds = await Promise.all(
      chosen.map(async (feature) => boundsOf(feature) ?? boundsOf(await outline("districts", feature.id))),
    );
    return unionBounds(bounds.filter((found) => found !== null));
  }

  #dialog(name: DialogName): void {
    if (name === "sign-in") this.signIn.show();
    else this.password?.show();
  }

  /** What the panels cover of the map, in pixels: at its sides on a desk, from below on a phone. */
  #covered() {
    const { filters, list } = this;
    const aside = this.company ?? this.dossier;
    if (NARROW.matches) return { top: 0, right: 0, left: 0, bottom: Math.max(list.offsetHeight, aside?.offsetHeight ?? 0) };
    const bar = this.dayBar?.offsetHeight ?? 0;
    const top = this.map.offsetHeight - list.offsetHeight - bar > LOW ? bar : 0;
    return { top, right: aside?.offsetWidth ?? 0, left: filters.offsetWidth, bottom: list.offsetHeight };
  }

  #collapse(collapsed: boolean): void {
    this.collapsed = collapsed;
    if (!NARROW.matches) writePreference("panel", collapsed ? "collapsed" : "open");
  }

  #retry(): void {
    if (this.districts.error) this.districts.retry();
    if (this.counts.error) this.counts.retry();
    if (this.standings.error) this.standings.retry();
  }

  readonly #key = (event: KeyboardEvent): void => {
    const action = actionFor(event);
    if (!action || this.help.shown) return;
    if (action !== "back") event.preventDefault();
    this.#act(action);
  };

  #act(action: Action): void {
    if (action === "search") this.bar.renderRoot.querySelector<PlaceSearch>("place-search")?.focus();
    else if (action === "help") this.help.show();
    else if (action === "back") this.#back();
    else if (action === "days") this.#openDays();
    else if (action === "list") {
      store.set({ list: true });
      void this.updateComplete.then(() => this.list.focusRows());
    } else {
      this.#collapse(false);
      void this.updateComplete.then(() => this.filters.focusPart(action));
    }
  }

  #openDays(): void {
    this.days = true;
    void this.updateComplete.then(() => this.dayBar?.focusSlider());
  }

  #closeDays(): void {
    this.days = false;
    void this.updateComplete.then(() => this.bar.focusDay());
  }

  /** Closes what was opened last: sheet, company, dossier, list. */
  #back(): void {
    const { compound, company, list } = store.state;
    if (NARROW.matches && !this.collapsed) this.collapsed = true;
    else if (company !== null) {
      store.set({ company: null });
      void this.updateComplete.then(() => this.dossier?.focusHead());
    } else if (compound !== null) {
      store.set({ compound: null });
      this.#opener?.focus();
      this.#opener = null;
    } else if (list) store.set({ list: false });
  }
}

/** The element with the keyboard, through shadow trees. */
function focused(): HTMLElement | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : null;
}
