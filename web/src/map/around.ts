/** Finds what lies around the middle of the map, for readers who move it with the keyboard. */

import type { Map as MapLibreMap, MapGeoJSONFeature, PointLike } from "maplibre-gl";
import { starKey } from "../domain";
import { COMPOUND_LAYERS } from "./style";

/** Pixels from the centre within which Enter looks for a compound, widening. */
const REACH = [4, 40, 120, 300];

/** What the live region says of the view. */
export interface Surroundings {
  district: { name: string; name_en: string | null } | null;
  street: string | null;
  /** Compounds drawn in the view, and those of two stars or fewer among them. */
  count: number;
  low: number;
}

/** The drawn compound nearest the centre of the map, or null if none is within reach. */
export function nearestCompound(map: MapLibreMap): number | null {
  const centre = map.project(map.getCenter());
  for (const reach of REACH) {
    const box: [PointLike, PointLike] = [
      [centre.x - reach, centre.y - reach],
      [centre.x + reach, centre.y + reach],
    ];
    const found = map.queryRenderedFeatures(box, { layers: COMPOUND_LAYERS }).filter(({ id }) => id !== undefined);
    const nearest = found.sort((a, b) => distance(map, a) - distance(map, b))[0];
    if (nearest) return Number(nearest.id);
  }
  return null;
}

/** What the view shows: where its centre lies, how many compounds, how many of them low-star. */
export function surroundings(map: MapLibreMap): Surroundings {
  const centre = map.project(map.getCenter());
  const at = (layer: string) => map.queryRenderedFeatures(centre, { layers: [layer] })[0]?.properties;
  const drawn = map.queryRenderedFeatures({ layers: COMPOUND_LAYERS });
  // A cell of a low zoom stands for several, and has no number.
  const marks = [...new Map(drawn.map((feature) => [feature.id ?? feature, feature.properties])).values()];
  const counted = (some: typeof marks) => some.reduce((sum, { count }) => sum + Number(count ?? 1), 0);
  const district = at("districts-fill");
  return {
    district: district ? { name: String(district["name"]), name_en: district["name_en"] ?? null } : null,
    street: (at("streets-fill")?.["name"] as string | undefined) ?? null,
    count: counted(marks),
    low: counted(marks.filter((mark) => ["0", "1", "2"].includes(starKey(mark["effective_star"])))),
  };
}

function distance(map: MapLibreMap, feature: MapGeoJSONFeature): number {
  const centre = map.getCenter();
  const [lon, lat] = middle(feature.geometry);
  return Math.hypot((lon - centre.lng) * Math.cos((centre.lat * Math.PI) / 180), lat - centre.lat);
}

/** The mean of a geometry's corners, in degrees. */
function middle(geometry: MapGeoJSONFeature["geometry"]): [number, number] {
  if (geometry.type === "GeometryCollection") return [NaN, NaN];
  const flat = (geometry.coordinates as unknown[]).flat(Infinity) as number[];
  const mean = (parity: number) => {
    const values = flat.filter((_, index) => index % 2 === parity);
    return values.reduce((a, b) => a + b, 0) / values.length;
  };
  return [mean(0), mean(1)];
}
