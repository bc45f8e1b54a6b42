/** What the page shows, as a value, and its reading from and writing to the URL's fragment. */

import { isStarKey, STANDINGS, STARS, type StandingKey, type StarKey } from "./domain";
import { LANGUAGES, type Language } from "./i18n/language";

/** A view of the map: centre in WGS 84 degrees, and MapLibre's zoom. */
export interface Place {
  lon: number;
  lat: number;
  zoom: number;
}

/** Layers that can be switched off. */
export const LAYERS = ["compounds", "streets", "names", "jurisdictions"] as const;
export type LayerKey = (typeof LAYERS)[number];
/** Layers that are drawn only once they are asked for. */
const ON_DEMAND: readonly LayerKey[] = ["jurisdictions"];

/** Everything a link carries. Search text is never part of it. */
export interface ViewState {
  place: Place | null;
  city: string | null;
  district: string | null;
  /** Classes shown; null means all of them. */
  stars: readonly StarKey[] | null;
  /** Key targets alone, exit cases alone, or only what is both. */
  only: readonly StandingKey[];
  compound: number | null;
  company: number | null;
  /** The day a dossier stands for, as YYYY-MM-DD; null is today. */
  asOf: string | null;
  list: boolean;
  hidden: readonly LayerKey[];
  language: Language;
}

export const START: ViewState = {
  place: null,
  city: null,
  district: null,
  stars: null,
  only: [],
  compound: null,
  company: null,
  asOf: null,
  list: false,
  hidden: ON_DEMAND,
  language: "zh-CN",
};

const CODE = /^\d{6}$/;
const ID = /^[1-9]\d{0,15}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a fragment such as `#at=38.48700,106.23000,11.50&district=640104`; what is malformed is left out. */
export function parseFragment(fragment: string): ViewState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const named = (name: string) => (fields.get(name) ?? "").split(",");
  return {
    place: parsePlace(fields.get("at")),
    city: parseCode(fields.get("city")),
    district: parseCode(fields.get("district")),
    stars: parseStars(fields.get("stars")),
    only: STANDINGS.filter((standing) => named("only").includes(standing)),
    compound: parseId(fields.get("compound")),
    company: parseId(fields.get("company")),
    asOf: parseDay(fields.get("day")),
    list: fields.get("list") === "1",
    hidden: LAYERS.filter((layer) => (onDemand(layer) ? !named("show").includes(layer) : named("hide").includes(layer))),
    language: LANGUAGES.find((language) => language === fields.get("lang")) ?? START.language,
  };
}

/** Writes the fragment, without `#`; what equals the start is left out, so a plain view is a plain address. */
export function toFragment(state: ViewState): string {
  const fields: string[] = [];
  if (state.place) {
    const { lon, lat, zoom } = state.place;
    fields.push(`at=${lat.toFixed(5)},${lon.toFixed(5)},${zoom.toFixed(2)}`);
  }
  if (state.city) fields.push(`city=${state.city}`);
  if (state.district) fields.push(`district=${state.district}`);
  if (state.stars) fields.push(`stars=${state.stars.join(",") || "none"}`);
  if (state.only.length) fields.push(`only=${state.only.join(",")}`);
  if (state.compound) fields.push(`compound=${state.compound}`);
  if (state.company) fields.push(`company=${state.company}`);
  if (state.asOf) fields.push(`day=${state.asOf}`);
  if (state.list) fields.push("list=1");
  const hidden = state.hidden.filter((layer) => !onDemand(layer));
  const shown = ON_DEMAND.filter((layer) => !state.hidden.includes(layer));
  if (hidden.length) fields.push(`hide=${hidden.join(",")}`);
  if (shown.length) fields.push(`show=${shown.join(",")}`);
  if (state.language !== START.language) fields.push(`lang=${state.language}`);
  return fields.join("&");
}

/** The shown classes with `star` switched on or off; null when that makes all of them. */
export function toggleStar(
  shown: readonly StarKey[] | null,
  star: StarKey,
): readonly StarKey[] | null {
  const current = shown ?? STARS;
  const next = STARS.filter((key) => (key === star) !== current.includes(key));
  return next.length === STARS.length ? null : next;
}

/** The view for the public, for whom there are no key targets, exit cases or statuses of companies. */
export function publicView(state: ViewState): ViewState {
  return { ...state, only: [], company: null };
}

function onDemand(layer: LayerKey): boolean {
  return ON_DEMAND.includes(layer);
}

function parseId(text: string | null): number | null {
  return text && ID.test(text) ? Number(text) : null;
}

function parseDay(text: string | null): string | null {
  return text && DAY.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

function parsePlace(text: string | null): Place | null {
  const parts = (text ?? "").split(",");
  const [lat, lon, zoom] = parts.map(Number);
  if (parts.length !== 3 || parts.some((part) => part.trim() === "")) return null;
  if (lat === undefined || lon === undefined || zoom === undefined) return null;
  const inside = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24;
  return inside ? { lon, lat, zoom } : null;
}

function parseCode(text: string | null): string | null {
  return text && CODE.test(text) ? text : null;
}

function parseStars(text: string | null): readonly StarKey[] | null {
  if (text === null) return null;
  const named = text.split(",").filter(isStarKey);
  if (!named.length) return text === "none" ? [] : null;
  return named.length === STARS.length ? null : STARS.filter((star) => named.includes(star));
}
