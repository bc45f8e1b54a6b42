/** The map: draws the view the state describes and reports what the reader does to it. */

import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import {
  Map as MapLibreMap,
  ScaleControl,
  setWorkerCount,
  setWorkerUrl,
  type MapMouseEvent,
  type PaddingOptions,
} from "maplibre-gl";
import type { Bounds } from "../api/types";
import type { CompoundColumns } from "../columns/compound-columns";
import workerUrl from "../columns/tile-worker?worker&url";
import { joined, named, t, tCode } from "../i18n";
import { reducedMotion } from "../preferences";
import type { Place, ViewState } from "../state";
import { store, StoreController } from "../store";
import { open } from "../events";
import { nearestCompound, surroundings } from "./around";
import { ClassedCompounds, type Asked } from "./classed-compounds";
import { LOCALES } from "./locale";
import { readPalette } from "./palette";
import { HATCH_SIZE, HATCHES, hatchPixels } from "./patterns";
import { buildStyle, COMPOUND_LAYERS, JURISDICTION_LAYER } from "./style";
import { standingLines } from "./tip";

// The policy of the page allows no blob: workers, so the worker is a file of this server.
setWorkerUrl(workerUrl);
// With several, a tile that gets new classes may go to one that does not have its bytes, and asks for them again.
setWorkerCount(1);

/** Widest view: a few provinces; closest: a courtyard. */
const ZOOM = { min: 4, max: 19 };
/** Zoom at which one compound is shown with its neighbours. */
const COMPOUND_ZOOM = 15;
/** Where nobody answers, two do, or an agency has an area of its own: the worst first. */
const PROBLEMS = ["gap", "overlap", "area"];
/** Lines shown of one place where jurisdictions are unclear. */
const MOST_GROUND = 6;
/** China, until the city is known. */
const FALLBACK: Place = { lon: 106.2, lat: 38.4, zoom: 8 };

interface Tip {
  x: number;
  y: number;
  name: string;
  lines: string[];
}

@customElement("atlas-map")
export class AtlasMap extends LitElement {
  /** MapLibre's map, once the element is connected and WebGL 2 is there. */
  map: MapLibreMap | null = null;

  /** What is known of all compounds. */
  @property({ attribute: false }) columns!: CompoundColumns;
  /** The day that is drawn, null being today. */
  @property({ attribute: false }) day: string | null = null;

  @state() private tip: Tip | null = null;
  readonly #scale = new ScaleControl({ maxWidth: 96 });
  /** What is wrong with jurisdiction at the place that was clicked. */
  @state() private ground: Ground[] = [];
  @state() private said = "";
  @state() private failed = false;
  @state() private unsupported = false;

  private readonly store = new StoreController(this);
  #hovered: number | null = null;
  #selected: number | null = null;
  #drawn = "";
  #classed: ClassedCompounds | null = null;
  #padding: Required<PaddingOptions> = { top: 0, right: 0, bottom: 0, left: 0 };

  // MapLibre's stylesheet is the document's, so the map lives outside a shadow tree.
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("atlas-theme", this.#restyle);
    document.addEventListener("visibilitychange", this.#return);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("atlas-theme", this.#restyle);
    document.removeEventListener("visibilitychange", this.#return);
    this.#classed?.close();
    this.map?.remove();
    this.map = null;
  }

  /** Space the panels cover, in pixels: what the reader asks to see is put beside them. */
  setPadding(padding: Required<PaddingOptions>): void {
    this.#padding = padding;
  }

  /** Shows an area, because the reader asked for it. */
  showBounds(bounds: Bounds, { maxZoom = COMPOUND_ZOOM, still = false } = {}): void {
    const pace = still ? { animate: false } : this.#pace();
    this.map?.fitBounds(bounds, { padding: this.#room(), maxZoom, linear: true, ...pace });
  }

  /** Shows one compound with its neighbours, because the reader asked for it. */
  showPoint([lon, lat]: [number, number]): void {
    const maxZoom = Math.max(this.map?.getZoom() ?? 0, COMPOUND_ZOOM);
    this.showBounds([lon, lat, lon, lat], { maxZoom });
  }

  /** Says that something of the map could not be read; the next move of the map tries again. */
  noteFailure(error: unknown): void {
    this.failed = true;
    console.warn("atlas: map", error);
  }

  /** The day whose classes the tiles have got or are getting; undefined before the first. */
  get drawnDay(): string | null | undefined {
    return this.#classed?.day;
  }

  zoomBy(step: 1 | -1): void {
    if (step > 0) this.map?.zoomIn(this.#pace());
    else this.map?.zoomOut(this.#pace());
  }

  protected override render() {
    const { tip } = this;
    return html`
      <div class="map-canvas"></div>
      <div class="crosshair" aria-hidden="true"></div>
      <div class="visually-hidden" aria-live="polite">${this.said}</div>
      ${this.unsupported ? html`<p class="map-note" role="alert">${t("map.noWebgl")}</p>` : nothing}
      ${this.failed ? html`<p class="map-note" role="status">${t("map.failed")}</p>` : nothing}
      <div class="tip" aria-hidden="true" ?hidden=${!tip}>
        ${tip ? html`<b>${tip.name}</b>${tip.lines.map((line) => html`<span>${line}</span>`)}` : nothing}
      </div>
      ${this.ground.length ? this.#groundNote() : nothing}
    `;
  }

  #groundNote() {
    return html`<div class="ground" role="status">
      <ul>
        ${this.ground.map(
          ({ problem, text }) => html`<li class=${problem}><b>${tCode("jurisdiction", problem)}</b> ${text}</li>`,
        )}
      </ul>
      <button aria-label=${t("map.closeGround")} @click=${() => (this.ground = [])}>×</button>
    </div>`;
  }

  protected override firstUpdated(): void {
    const { state } = this.store;
    this.#classed = new ClassedCompounds(this.columns, () => this.#follow(store.state), (error) => this.noteFailure(error));
    try {
      this.map = this.#create(state);
    } catch (error) {
      console.warn("atlas: no map", error);
      this.unsupported = true;
      return;
    }
    this.#classed.attach(this.map);
    this.#listen(this.map);
  }

  protected override updated(): void {
    const tip = this.querySelector<HTMLElement>(".tip");
    if (tip && this.tip) tip.style.transform = `translate(${this.tip.x + 14}px, ${this.tip.y + 14}px)`;
    this.#follow(this.store.state);
  }

  #create(state: ViewState): MapLibreMap {
    const { lon, lat, zoom } = state.place ?? FALLBACK;
    this.#drawn = this.#styleKey(state);
    const map = new MapLibreMap({
      container: this.querySelector<HTMLElement>(".map-canvas")!,
      style: this.#style(state),
      center: [lon, lat],
      zoom,
      minZoom: ZOOM.min,
      maxZoom: ZOOM.max,
      maxPitch: 0,
      dragRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      attributionControl: false,
      fadeDuration: reducedMotion() ? 0 : 120,
      locale: LOCALES[state.language],
    });
    map.keyboard.disableRotation();
    map.touchZoomRotate.disableRotation();
    map.addControl(this.#scale, "bottom-right");
    for (const [name, colour] of HATCHES) {
      map.addImage(name, { width: HATCH_SIZE, height: HATCH_SIZE, data: hatchPixels(colour) }, { pixelRatio: 2 });
    }
    return map;
  }

  #listen(map: MapLibreMap): void {
    map.on("moveend", () => this.#rested(map));
    map.on("idle", () => {
      this.#markIdle();
      this.#say(map);
    });
    map.on("mousemove", (event) => this.#point(map, event));
    map.on("mouseout", () => this.#hover(map, null));
    map.on("movestart", () => this.#hover(map, null)); // It moves away under the tip.
    map.on("click", (event) => this.#click(map, event));
    map.on("error", ({ error }) => this.noteFailure(error));
    map.on("styledata", () => this.#select(map, store.state.compound));
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.code !== "Enter") return;
      // Else the same press would activate the button that gets the keyboard next.
      event.preventDefault();
      this.#openNearest(map);
    });
    this.#describe(map);
  }

  /** Brings the map in step with the state; moves it only where the state's place came from elsewhere. */
  #follow(state: ViewState): void {
    const { map } = this;
    if (!map || !this.#classed) return;
    this.#classed.show(this.#asked(state));
    const key = this.#styleKey(state);
    // MapLibre loses a tile that is read and drawn anew at once; this is called again when it is there.
    if (key !== this.#drawn && !this.#classed.busy) {
      this.#drawn = key;
      map.setStyle(this.#style(state));
      this.#describe(map);
      this.#translate(map, state);
    }
    this.#select(map, state.compound);
    if (state.place && !samePlace(state.place, placeOf(map)) && !map.isMoving()) {
      map.jumpTo({ center: [state.place.lon, state.place.lat], zoom: state.place.zoom });
    }
  }

  /** MapLibre takes its words when it begins, and has no other way to change them. */
  #translate(map: MapLibreMap, { language }: ViewState): void {
    Object.assign((map as unknown as { _locale: Record<string, string> })._locale, LOCALES[language]);
    map.removeControl(this.#scale);
    map.addControl(this.#scale, "bottom-right");
  }

  readonly #restyle = (): void => {
    this.#drawn = "";
    this.#follow(store.state);
  };

  readonly #return = (): void => {
    if (!document.hidden) this.#classed?.renew(this.#asked(store.state));
  };

  #style(state: ViewState) {
    return buildStyle({ origin: location.origin, compounds: this.#classed!.tiles, palette: readPalette(), ...state });
  }

  #styleKey({ district, hidden, language }: ViewState): string {
    return JSON.stringify([district, hidden, language]);
  }

  #asked({ stars, only, district }: ViewState): Asked {
    return { day: this.day, stars, only, district };
  }

  /** Notes, for measuring, when the map first stood still with the reader's place on it. */
  #markIdle(): void {
    if (store.state.place && !performance.getEntriesByName("atlas:idle").length) performance.mark("atlas:idle");
  }

  #describe(map: MapLibreMap): void {
    map.getCanvas().setAttribute("aria-label", t("map.canvas", { keys: t("map.keys") }));
  }

  #rested(map: MapLibreMap): void {
    this.failed = false;
    this.#classed?.renew(this.#asked(store.state));
    store.setPlace(placeOf(map));
  }

  /** Tells a screen reader what the view shows, only while the map has the focus. */
  #say(map: MapLibreMap): void {
    if (document.activeElement !== map.getCanvas()) return;
    const { district, street, count, low } = surroundings(map);
    const place = district ? [named(district), street].filter(Boolean).join(" ") : t("map.nowhere");
    this.said = t("map.view", { place, count, low });
  }

  #point(map: MapLibreMap, event: MapMouseEvent): void {
    const feature = map.queryRenderedFeatures(event.point, { layers: COMPOUND_LAYERS })[0];
    const cell = feature !== undefined && feature.id === undefined;
    this.#hover(map, feature && !cell ? Number(feature.id) : null);
    map.getCanvas().style.cursor = cell ? "zoom-in" : feature ? "pointer" : "";
    this.tip = cell
      ? { x: event.point.x, y: event.point.y, name: t("map.cell", { count: Number(feature.properties["count"]) }), lines: [] }
      : feature
      ? {
          x: event.point.x,
          y: event.point.y,
          name: String(feature.properties["name"] ?? t("map.compound")),
          lines: standingLines(feature.properties, this.#ratedStar(Number(feature.id))),
        }
      : null;
  }

  #ratedStar(compound: number): number | null {
    const facts = this.#classed?.facts;
    return facts ? this.columns.ratedStar(facts, compound) : null;
  }

  #click(map: MapLibreMap, event: MapMouseEvent): void {
    const feature = map.queryRenderedFeatures(event.point, { layers: COMPOUND_LAYERS })[0];
    if (feature && feature.id === undefined) map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2, ...this.#pace() });
    else if (feature) open(this, Number(feature.id), false);
    this.ground = feature ? [] : this.#groundAt(map, event);
  }

  #groundAt(map: MapLibreMap, { point }: MapMouseEvent): Ground[] {
    if (!map.getLayer(JURISDICTION_LAYER)) return [];
    const found = map.queryRenderedFeatures(point, { layers: [JURISDICTION_LAYER] });
    const told = found.map(({ properties }) => ({ problem: String(properties["problem"]), text: groundText(properties) }));
    const each = [...new Map(told.map((ground) => [ground.problem + ground.text, ground])).values()];
    return each.sort((a, b) => PROBLEMS.indexOf(a.problem) - PROBLEMS.indexOf(b.problem)).slice(0, MOST_GROUND);
  }

  #openNearest(map: MapLibreMap): void {
    const compound = nearestCompound(map);
    if (compound === null) this.said = t("map.noneNear");
    else open(this, compound);
  }

  #hover(map: MapLibreMap, id: number | null): void {
    if (id === null) this.tip = null;
    if (id === this.#hovered) return;
    this.#mark(map, this.#hovered, { hover: false });
    this.#mark(map, id, { hover: true });
    this.#hovered = id;
  }

  #select(map: MapLibreMap, id: number | null): void {
    if (this.#selected !== id) this.#mark(map, this.#selected, { selected: false });
    this.#mark(map, id, { selected: true });
    this.#selected = id;
  }

  #mark(map: MapLibreMap, id: number | null, flags: Record<string, boolean>): void {
    if (id === null || !map.getSource("compounds")) return;
    for (const sourceLayer of ["compounds", "compounds_label"]) {
      map.setFeatureState({ source: "compounds", sourceLayer, id }, flags);
    }
  }

  #room(): PaddingOptions {
    const { top, right, bottom, left } = this.#padding;
    return { top: top + 32, right: right + 32, bottom: bottom + 32, left: left + 32 };
  }

  #pace(): { duration: number } | { animate: false } {
    return reducedMotion() ? { animate: false } : { duration: 200 };
  }
}

/** Where, in which role, for which breaches, and which agencies. */
function groundText({ area_name, role, breaches, agencies }: Record<string, unknown>): string {
  const families = String(breaches ?? "").split(", ").filter(Boolean);
  const parts = [
    area_name,
    role ? tCode("role", String(role)) : null,
    joined(families.map((family) => tCode("family", family))),
    agencies,
  ];
  return parts.filter(Boolean).join(" · ");
}

interface Ground {
  problem: string;
  text: string;
}

function placeOf(map: MapLibreMap): Place {
  const { lng, lat } = map.getCenter();
  return { lon: lng, lat, zoom: map.getZoom() };
}

/** True if both would be written the same way in the address. */
function samePlace(a: Place, b: Place): boolean {
  const close = (x: number, y: number, step: number) => Math.abs(x - y) <= step;
  return close(a.lon, b.lon, 1e-5) && close(a.lat, b.lat, 1e-5) && close(a.zoom, b.zoom, 0.01);
}

declare global {
  interface HTMLElementTagNameMap {
    "atlas-map": AtlasMap;
  }
}
