/** What the page shows, as a value, and its reading from and writing to the URL's fragment. */

import { isStarKey, STARS, type StarKey } from "./domain";
import { LANGUAGES, type Language } from "./i18n/language";

/** A view of the map: centre in WGS 84 degrees, and MapLibre's zoom. */
export interface Place {
  lon: number;
  lat: number;
  zoom: number;
}

/** Layers that can be switched off. */
export const LAYERS = ["compounds", "streets", "names"] as const;
export type LayerKey = (typeof LAYERS)[number];

/** Everything a link carries. Search text is never part of it. */
export interface ViewState {
  place: Place | null;
  city: string | null;
  district: string | null;
  /** Classes shown; null means all of them. */
  stars: readonly StarKey[] | null;
  compound: number | null;
  list: boolean;
  hidden: readonly LayerKey[];
  language: Language;
}

export const START: ViewState = {
  place: null,
  city: null,
  district: null,
  stars: null,
  compound: null,
  list: false,
  hidden: [],
  language: "zh-CN",
};

const CODE = /^\d{6}$/;
const ID = /^[1-9]\d{0,15}$/;

/** Reads a fragment such as `#at=38.48700,106.23000,11.50&district=640104`; what is malformed is left out. */
export function parseFragment(fragment: string): ViewState {
  const fields = new URLSearchParams(fragment.replace(/^#/, ""));
  const id = fields.get("compound") ?? "";
  return {
    place: parsePlace(fields.get("at")),
    city: parseCode(fields.get("city")),
    district: parseCode(fields.get("district")),
    stars: parseStars(fields.get("stars")),
    compound: ID.test(id) ? Number(id) : null,
    list: fields.get("list") === "1",
    hidden: LAYERS.filter((layer) => (fields.get("hide") ?? "").split(",").includes(layer)),
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
  if (state.compound) fields.push(`compound=${state.compound}`);
  if (state.list) fields.push("list=1");
  if (state.hidden.length) fields.push(`hide=${state.hidden.join(",")}`);
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
