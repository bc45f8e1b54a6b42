/** Asks the API, and turns its problems into errors a reader can act on. */

import type { StarKey } from "../domain";
import type {
  Bounds,
  Collection,
  Compound,
  Counts,
  District,
  Dossier,
  Feature,
  FeaturePage,
  Street,
} from "./types";

/** What the API refused or failed to do; `status` 0 means it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly requestId: string | null,
  ) {
    super(detail);
  }
}

/** Which compounds are meant. Null or empty text sets no condition. */
export interface CompoundFilter {
  city: string | null;
  district: string | null;
  stars: readonly StarKey[] | null;
}

/** Compounds fetched with one page of the list. */
export const PAGE_SIZE = 100;

/** Whose data the map shows, each source once. */
export async function attributions(signal: AbortSignal): Promise<string[]> {
  const { collections } = await get<{ collections: Collection[] }>("/collections", {}, signal);
  return [...new Set(collections.flatMap(({ attribution }) => attribution ?? []))];
}

/** What all compounds together span, or null where there are none. */
export async function compoundsExtent(): Promise<Bounds | null> {
  const { extent } = await get<Collection>("/collections/compounds", {});
  return extent?.spatial.bbox[0] ?? null;
}

/** A city's districts, or all of them, without their outlines. */
export function districts(signal: AbortSignal): Promise<FeaturePage<District>> {
  return get("/collections/districts/items", { limit: 1000, skipGeometry: true }, signal);
}

/** A city's streets, without their outlines. */
export function streets(city: string | null, signal: AbortSignal): Promise<FeaturePage<Street>> {
  const query = { city_code: city, limit: 1000, skipGeometry: true };
  return get("/collections/streets/items", query, signal);
}

/** One district or street with its outline. */
export function outline(
  collection: "districts" | "streets",
  id: number,
  signal?: AbortSignal,
): Promise<Feature<unknown>> {
  return get(`/collections/${collection}/items/${id}`, {}, signal);
}

/** The first compounds whose name contains `text`. */
export function searchCompounds(
  text: string,
  city: string | null,
  signal: AbortSignal,
): Promise<FeaturePage<Compound>> {
  const query = { q: text, city_code: city, limit: 8, skipGeometry: true };
  return get("/collections/compounds/items", query, signal);
}

/** One page of the list; `next` is the address the page before gave. */
export function compounds(
  filter: CompoundFilter,
  next: string | null,
  signal: AbortSignal,
): Promise<FeaturePage<Compound>> {
  if (next) return get(next, {}, signal);
  const query = { ...filterQuery(filter), limit: PAGE_SIZE, skipGeometry: true };
  return get("/collections/compounds/items", query, signal);
}

/** Compounds per rated star, whatever stars the filter shows. */
export function countsByStar(filter: CompoundFilter, signal: AbortSignal): Promise<Counts> {
  const query = { by: "rated_star", ...filterQuery({ ...filter, stars: null }) };
  return get("/collections/compounds/counts", query, signal);
}

/** How many of a city's compounds are generated samples. */
export async function syntheticCount(city: string | null, signal: AbortSignal): Promise<number> {
  const query = { by: "rated_star", city_code: city, synthetic: true };
  return (await get<Counts>("/collections/compounds/counts", query, signal)).total;
}

/** All that is known about one compound. */
export function dossier(id: number, signal: AbortSignal): Promise<Dossier> {
  return get(`/compounds/${id}`, {}, signal);
}

/** The address of the next page, as a path on this server, or null on the last page. */
export function nextPage(page: FeaturePage<unknown>): string | null {
  const link = page.links.find((candidate) => candidate.rel === "next");
  if (!link) return null;
  const address = new URL(link.href, location.origin);
  // Behind a proxy the server may name another host; the page only ever asks its own.
  return address.pathname + address.search;
}

/** West, south, east, north of a feature: its bbox, or what its outline spans; null without either. */
export function boundsOf(feature: Feature<unknown>): Bounds | null {
  if (feature.bbox) return feature.bbox;
  if (!feature.geometry) return null;
  const flat = (feature.geometry.coordinates as unknown[]).flat(Infinity) as number[];
  const lons = flat.filter((_, index) => index % 2 === 0);
  const lats = flat.filter((_, index) => index % 2 === 1);
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

/** The smallest bounds around all of them, or null for none. */
export function unionBounds(all: readonly Bounds[]): Bounds | null {
  return all.reduce<Bounds | null>(
    (union, [w, s, e, n]) =>
      union === null
        ? [w, s, e, n]
        : [Math.min(union[0], w), Math.min(union[1], s), Math.max(union[2], e), Math.max(union[3], n)],
    null,
  );
}

function filterQuery({ city, district, stars }: CompoundFilter) {
  return { city_code: city, district_code: district, rated_star: stars && stars.join(",") };
}

type Query = Record<string, string | number | boolean | null>;

async function get<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  const address = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== "") address.searchParams.set(name, String(value));
  }
  const response = await send(address, signal);
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

async function send(address: URL, signal?: AbortSignal): Promise<Response> {
  const headers = { Accept: "application/geo+json, application/json" };
  try {
    return await fetch(address, signal ? { headers, signal } : { headers });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "", null);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = `${response.status} ${response.statusText}`.trim();
  const header = response.headers.get("x-request-id");
  try {
    const body = (await response.json()) as { detail?: string; title?: string; request_id?: string };
    return new Problem(response.status, body.detail ?? body.title ?? fallback, body.request_id ?? header);
  } catch {
    return new Problem(response.status, fallback, header);
  }
}
