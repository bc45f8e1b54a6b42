/** Builds the map's whole style from colours, language and what is to be shown; asks nothing of any other host. */

import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from "maplibre-gl";
import { STARS, WHITE_DIGITS } from "../domain";
import type { Language } from "../i18n/language";
import type { LayerKey } from "../state";
import type { Palette } from "./palette";
import { HATCH, HATCH_GAP, HATCH_OVERLAP } from "./patterns";

/** What the style depends on. */
export interface StyleInput {
  /** Scheme and host the tiles come from. */
  origin: string;
  /** Address of the tiles of compounds, whose features are told their star and whether they are shown. */
  compounds: string;
  palette: Palette;
  language: Language;
  district: string | null;
  hidden: readonly LayerKey[];
}

/** Layers a pointer can hit, topmost first. */
export const COMPOUND_LAYERS = ["compounds-fill", "compounds-point"];
/** The layer that is hit where jurisdictions are shown. */
export const JURISDICTION_LAYER = "jurisdictions-fill";

/** Where polygons take over from points: the city's smaller compounds are 8 px wide from here. */
const POLYGON_ZOOM = 11;
/** Without a `glyphs` address MapLibre draws each glyph with the reader's own fonts; the stack names them. */
const FONT = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"];

/** The style for a view. Pure: the same input gives an equal style, and MapLibre applies the difference. */
export function buildStyle(input: StyleInput): StyleSpecification {
  return {
    version: 8,
    name: "compound-atlas",
    sources: {
      districts: tiles(input.origin, "districts", 0, 14),
      streets: tiles(input.origin, "streets", 7, 14),
      compounds: { type: "vector", tiles: [input.compounds], minzoom: 5, maxzoom: 16 },
      ...(showsJurisdictions(input) ? { jurisdictions: tiles(input.origin, "jurisdictions", 0, 14) } : {}),
    },
    transition: { duration: 0, delay: 0 },
    layers: [
      { id: "outside", type: "background", paint: { "background-color": input.palette.outside } },
      ...areas(input),
      ...compoundMarks(input),
      ...(showsJurisdictions(input) ? jurisdictions(input) : []),
      ...labels(input),
    ],
  };
}

/** What the filters show, which is worked out where the columns are. */
const SHOWN: ExpressionSpecification = ["==", ["get", "shown"], true];

function tiles(origin: string, collection: string, minzoom: number, maxzoom: number): SourceSpecification {
  const address = `${origin}/collections/${collection}/tiles/WebMercatorQuad/{z}/{y}/{x}`;
  return { type: "vector", tiles: [address], minzoom, maxzoom };
}

function starOf(): ExpressionSpecification {
  return ["to-string", ["coalesce", ["get", "effective_star"], "unrated"]];
}

function starColor({ stars }: Palette): ExpressionSpecification {
  const cases = STARS.filter((star) => star !== "unrated").flatMap((star) => [star, stars[star]]);
  return ["match", starOf(), ...cases, stars.unrated] as unknown as ExpressionSpecification;
}

function digitColor(): ExpressionSpecification {
  return ["match", starOf(), [...WHITE_DIGITS], "#ffffff", "#000000"];
}

function when(name: "hover" | "selected", width: number): ExpressionSpecification {
  return ["case", ["boolean", ["feature-state", name], false], width, 0];
}

function visibility(shown: boolean): { visibility: "visible" | "none" } {
  return { visibility: shown ? "visible" : "none" };
}

function areas({ palette, hidden, district }: StyleInput): LayerSpecification[] {
  const streets = visibility(!hidden.includes("streets"));
  return [
    {
      id: "districts-fill",
      type: "fill",
      source: "districts",
      "source-layer": "districts",
      paint: { "fill-color": palette.land, "fill-antialias": false },
    },
    {
      id: "streets-fill",
      type: "fill",
      source: "streets",
      "source-layer": "streets",
      minzoom: 8,
      paint: { "fill-color": palette.land, "fill-opacity": 0 },
    },
    {
      id: "streets-line",
      type: "line",
      source: "streets",
      "source-layer": "streets",
      minzoom: 9,
      layout: streets,
      paint: { "line-color": palette.streetLine, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 0.5, 14, 1] },
    },
    {
      id: "districts-line",
      type: "line",
      source: "districts",
      "source-layer": "districts_line",
      layout: { "line-join": "round" },
      paint: { "line-color": palette.districtLine, "line-width": 1.5, "line-dasharray": [3, 2] },
    },
    {
      id: "districts-chosen",
      type: "line",
      source: "districts",
      "source-layer": "districts",
      filter: ["==", ["get", "code"], district ?? ""],
      layout: { "line-join": "round" },
      paint: { "line-color": palette.districtLine, "line-width": 2.5 },
    },
  ];
}

function compoundMarks(input: StyleInput): LayerSpecification[] {
  const { palette, hidden } = input;
  const layout = visibility(!hidden.includes("compounds"));
  const polygon = { source: "compounds", "source-layer": "compounds", minzoom: POLYGON_ZOOM, layout };
  const narrowed = (condition: ExpressionSpecification): FilterSpecification =>
    ["all", condition, SHOWN];
  const unrated: ExpressionSpecification = ["==", starOf(), "unrated"];
  return [
    {
      ...polygon,
      id: "compounds-fill",
      type: "fill",
      filter: SHOWN,
      paint: { "fill-color": starColor(palette), "fill-opacity": 0.88, "fill-antialias": false },
    },
    {
      ...polygon,
      id: "compounds-hatch",
      type: "fill",
      filter: narrowed(["==", starOf(), "0"]),
      paint: { "fill-pattern": HATCH },
    },
    {
      ...polygon,
      id: "compounds-outline",
      type: "line",
      filter: narrowed(["!", unrated]),
      paint: { "line-color": palette.markOutline, "line-width": outlineWidth() },
    },
    {
      ...polygon,
      id: "compounds-outline-unrated",
      type: "line",
      filter: narrowed(unrated),
      paint: { "line-color": palette.markOutline, "line-width": outlineWidth(), "line-dasharray": [3, 2] },
    },
    ...highlights(palette, layout),
    ...points(input),
  ];
}

function showsJurisdictions({ hidden }: StyleInput): boolean {
  return !hidden.includes("jurisdictions");
}

/** Ground for which nobody answers, or two do; and the areas an agency has of its own (T14). */
function jurisdictions({ palette }: StyleInput): LayerSpecification[] {
  const source = { source: "jurisdictions", "source-layer": "jurisdictions" };
  const is = (problem: string): FilterSpecification => ["==", ["get", "problem"], problem];
  const colour: ExpressionSpecification = [
    "match",
    ["get", "problem"],
    "gap",
    palette.gap,
    "overlap",
    palette.overlap,
    palette.ink,
  ];
  return [
    { ...source, id: JURISDICTION_LAYER, type: "fill", paint: { "fill-color": colour, "fill-opacity": 0.06 } },
    { ...source, id: "jurisdictions-gap", type: "fill", filter: is("gap"), paint: { "fill-pattern": HATCH_GAP } },
    {
      ...source,
      id: "jurisdictions-overlap",
      type: "fill",
      filter: is("overlap"),
      paint: { "fill-pattern": HATCH_OVERLAP },
    },
    {
      ...source,
      id: "jurisdictions-line",
      type: "line",
      layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-width": 1.5 },
    },
  ];
}

function outlineWidth(): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], 11, 0.5, 13, 1];
}

/** Hover and selection are drawn for every compound, so that one opened from the list shows despite a filter. */
function highlights(palette: Palette, layout: { visibility: "visible" | "none" }): LayerSpecification[] {
  const line = { source: "compounds", "source-layer": "compounds", minzoom: POLYGON_ZOOM, type: "line" as const };
  const join = { ...layout, "line-join": "round" as const };
  return [
    {
      ...line,
      id: "compounds-hover",
      layout: join,
      paint: { "line-color": palette.ink, "line-width": when("hover", 2) },
    },
    {
      ...line,
      id: "compounds-selected-halo",
      layout: join,
      paint: { "line-color": palette.selectionHalo, "line-width": when("selected", 7) },
    },
    {
      ...line,
      id: "compounds-selected",
      layout: join,
      paint: { "line-color": palette.accent, "line-width": when("selected", 3) },
    },
  ];
}

function points({ palette, hidden }: StyleInput): LayerSpecification[] {
  const point = {
    type: "circle" as const,
    source: "compounds",
    "source-layer": "compounds_label",
    maxzoom: POLYGON_ZOOM,
    layout: visibility(!hidden.includes("compounds")),
  };
  const radius = (extra: number): ExpressionSpecification =>
    ["interpolate", ["linear"], ["zoom"], 5, 1 + extra, 8, 2 + extra, POLYGON_ZOOM, 4.5 + extra];
  const selected: ExpressionSpecification = ["boolean", ["feature-state", "selected"], false];
  return [
    {
      ...point,
      id: "compounds-point",
      filter: SHOWN,
      paint: {
        "circle-color": starColor(palette),
        "circle-radius": radius(0),
        "circle-stroke-color": palette.markOutline,
        "circle-stroke-width": pointOutline(),
      },
    },
    {
      ...point,
      id: "compounds-point-selected",
      paint: {
        "circle-color": ["case", selected, starColor(palette), "rgba(0,0,0,0)"],
        "circle-radius": radius(3),
        "circle-stroke-color": palette.accent,
        "circle-stroke-width": ["case", selected, 3, 0],
      },
    },
  ];
}

/** Thin where points crowd, so that the outline does not wash out the colour. */
function pointOutline(): ExpressionSpecification {
  const width = (plain: number): ExpressionSpecification =>
    ["case", ["boolean", ["feature-state", "hover"], false], 2, plain];
  return ["interpolate", ["linear"], ["zoom"], 7, width(0.3), 9, width(0.6), POLYGON_ZOOM, width(0.75)];
}

function labels(input: StyleInput): LayerSpecification[] {
  const { palette, language, hidden } = input;
  const names = visibility(!hidden.includes("names"));
  const marks = visibility(!hidden.includes("compounds"));
  return [
    {
      id: "compounds-digit",
      type: "symbol",
      source: "compounds",
      "source-layer": "compounds_label",
      minzoom: 13,
      filter: SHOWN,
      layout: {
        ...marks,
        "text-field": ["match", starOf(), "unrated", "–", starOf()],
        "text-font": FONT,
        "text-size": ["interpolate", ["linear"], ["zoom"], 13, 11, 16, 15],
        "text-allow-overlap": true,
        "text-ignore-placement": false,
      },
      paint: { "text-color": digitColor() },
    },
    nameLabel({
      id: "compounds-name",
      collection: "compounds",
      // On the marks, which have the same fills in both themes.
      color: "#14171c",
      halo: "rgba(255, 255, 255, 0.8)",
      minzoom: 14.5,
      filter: SHOWN,
      layout: {
        ...visibility(!hidden.includes("names") && !hidden.includes("compounds")),
        "text-size": 12,
        "text-variable-anchor": ["top", "bottom"],
        "text-radial-offset": 0.9,
      },
    }),
    nameLabel({
      id: "streets-name",
      collection: "streets",
      color: palette.inkQuiet,
      halo: palette.halo,
      minzoom: 11,
      maxzoom: 15,
      layout: { ...names, "text-size": 12 },
    }),
    nameLabel({
      id: "districts-name",
      collection: "districts",
      color: palette.ink,
      halo: palette.halo,
      maxzoom: 12.5,
      layout: {
        ...names,
        "text-field": language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"],
        "text-size": ["interpolate", ["linear"], ["zoom"], 6, 12, 11, 17],
        "text-letter-spacing": language === "en" ? 0.02 : 0.15,
      },
    }),
  ];
}

interface NameLabel {
  id: string;
  collection: string;
  color: string;
  halo: string;
  minzoom?: number;
  maxzoom?: number;
  filter?: FilterSpecification;
  layout: SymbolLayerSpecification["layout"];
}

function nameLabel({ collection, color, halo, layout, ...layer }: NameLabel): LayerSpecification {
  return {
    ...layer,
    type: "symbol",
    source: collection,
    "source-layer": `${collection}_label`,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-max-width": 8, "text-padding": 4, ...layout },
    paint: { "text-color": color, "text-halo-color": halo, "text-halo-width": 1.75 },
  };
}
