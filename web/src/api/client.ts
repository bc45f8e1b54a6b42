/** Asks the API, and turns its problems into errors a reader can act on. */

import { readBlock, type Block } from "../columns/atc1";
import type { StandingKey, StarKey } from "../domain";
import type {
  Bounds,
  Collection,
  CompanyStatus,
  Compound,
  Counts,
  District,
  Dossier,
  Entry,
  Feature,
  FeaturePage,
  Session,
  Status,
  Street,
  Timeline,
} from "./types";

/**
 * What the API refused or failed to do; `status` 0 means it could not be reached. `parameter` names what was wrong
 * with the call, `retryAfter` the seconds to wait before the next.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly requestId: string | null,
    readonly parameter: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
}

/** Which compounds are meant. Null or empty text sets no condition. */
export interface CompoundFilter {
  city: string | null;
  district: string | null;
  /** Effective stars. */
  stars: readonly StarKey[] | null;
  only: readonly StandingKey[];
  /** The day that is meant, as YYYY-MM-DD; null is today. */
  asOf: string | null;
}

/** Compounds fetched with one page of the list. */
export const PAGE_SIZE = 100;
const COLUMNS = "application/vnd.compound-atlas.columns";

let refused = (): void => undefined;

/** Calls `listener` whenever a read is refused in a way that it would not be for who was signed in. */
export function whenRefused(listener: () => void): void {
  refused = listener;
}

/** Who asks, in which role. */
export function whoAmI(signal?: AbortSignal): Promise<Session> {
  return get("/session", {}, signal);
}

export function signIn(login: string, password: string): Promise<void> {
  return change("POST", "/session", { login, password });
}

export function signOut(): Promise<void> {
  return change("DELETE", "/session");
}

/** Goes on under another of one's grants. */
export function actUnder(grant: number): Promise<void> {
  return change("POST", "/session/grant", { grant_id: grant });
}

export function changePassword(password: string, next: string): Promise<void> {
  return change("POST", "/session/password", { password, new_password: next });
}

/** Plays a part of the demonstration; `public` plays none. */
export function play(part: string): Promise<void> {
  return change("POST", "/session/demo", { part });
}

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
  asOf: string | null,
  signal: AbortSignal,
): Promise<FeaturePage<Compound>> {
  const query = { q: text, city_code: city, as_of: asOf, limit: 8, skipGeometry: true };
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

/** Compounds per effective star, whatever stars the filter shows. */
export function countsByStar(filter: CompoundFilter, signal: AbortSignal): Promise<Counts> {
  const query = { by: "effective_star", ...filterQuery({ ...filter, stars: null }) };
  return get("/collections/compounds/counts", query, signal);
}

/** How many key targets and exit cases the area holds, whatever else the filter narrows. */
export async function countsByStanding(
  { city, district, asOf }: CompoundFilter,
  signal: AbortSignal,
): Promise<Record<StandingKey, number>> {
  const count = async (by: StandingKey) => {
    const query = { by, [by]: true, city_code: city, district_code: district, as_of: asOf };
    return (await get<Counts>("/collections/compounds/counts", query, signal)).total;
  };
  const [key_target, exit_case] = await Promise.all([count("key_target"), count("exit_case")]);
  return { key_target, exit_case };
}

/** How many of a city's compounds are generated samples. */
export async function syntheticCount(city: string | null, signal: AbortSignal): Promise<number> {
  const query = { by: "effective_star", city_code: city, synthetic: true };
  return (await get<Counts>("/collections/compounds/counts", query, signal)).total;
}

/** All blocks of the compounds' columns; numbers and points are the same for everybody. */
export async function compoundColumns(
  what: "ids" | "points" | "columns" | "columns/history",
  query: Query,
  signal: AbortSignal,
): Promise<Block[]> {
  const credentials = what === "ids" || what === "points" ? "omit" : "same-origin";
  const ask = async (block: number) => {
    const path = `/collections/compounds/${what}`;
    const init: RequestInit = { headers: { Accept: COLUMNS }, credentials, signal };
    return readBlock(await (await read(path, { ...query, block: block || null }, init)).arrayBuffer());
  };
  const first = await ask(0);
  const later = Array.from({ length: first.blocks - 1 }, (_, index) => ask(index + 1));
  return [first, ...(await Promise.all(later))];
}

/** All that is known about one compound, as of a day. */
export function dossier(id: number, asOf: string | null, signal: AbortSignal): Promise<Dossier> {
  return get(`/compounds/${id}`, { as_of: asOf }, signal);
}

/** What follows for a compound on a day, and why. */
export function status(id: number, asOf: string | null, signal: AbortSignal): Promise<Status> {
  return get(`/compounds/${id}/status`, { as_of: asOf }, signal);
}

/** What happened at a compound by a day, newest first. */
export function timeline(id: number, asOf: string | null, signal: AbortSignal): Promise<Timeline> {
  return get(`/compounds/${id}/timeline`, { to: asOf }, signal);
}

/** What follows for a company on a day, and what it serves. */
export function companyStatus(id: number, asOf: string | null, signal: AbortSignal): Promise<CompanyStatus> {
  return get(`/companies/${id}/status`, { as_of: asOf }, signal);
}

/** Whether a company may take a compound. */
export function entry(company: number, compound: number, asOf: string | null, signal: AbortSignal): Promise<Entry> {
  return get(`/companies/${company}/entry`, { compound, as_of: asOf }, signal);
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

function filterQuery({ city, district, stars, only, asOf }: CompoundFilter) {
  const standing = Object.fromEntries(only.map((name) => [name, true]));
  const place = { city_code: city, district_code: district };
  return { ...place, effective_star: stars && stars.join(","), ...standing, as_of: asOf };
}

type Query = Record<string, string | number | boolean | null>;

async function get<T>(path: string, query: Query, signal?: AbortSignal): Promise<T> {
  const headers = { Accept: "application/geo+json, application/json" };
  return (await (await read(path, query, signal ? { headers, signal } : { headers })).json()) as T;
}

async function read(path: string, query: Query, init: RequestInit): Promise<Response> {
  const address = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== "") address.searchParams.set(name, String(value));
  }
  const response = await send(address, init);
  if (!response.ok) {
    // 400 too: the public has fewer filters.
    if (response.status === 401 || response.status === 400) refused();
    throw await problemOf(response);
  }
  return response;
}

/** Changes who one is; the browser itself says where the request comes from, and keeps the cookie. */
async function change(method: "POST" | "DELETE", path: string, body?: unknown): Promise<void> {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  const response = await send(new URL(path, location.origin), { method, ...sent });
  if (!response.ok) throw await problemOf(response);
}

async function send(address: URL, init: RequestInit): Promise<Response> {
  const { signal } = init;
  try {
    return await fetch(address, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "", null);
  }
}

interface ProblemBody {
  detail?: string;
  title?: string;
  request_id?: string;
  parameter?: string;
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = `${response.status} ${response.statusText}`.trim();
  const { status, headers } = response;
  const header = headers.get("x-request-id");
  const wait = Number(headers.get("retry-after")) || null;
  try {
    const { detail, title, request_id, parameter } = (await response.json()) as ProblemBody;
    return new Problem(status, detail ?? title ?? fallback, request_id ?? header, parameter ?? null, wait);
  } catch {
    return new Problem(status, fallback, header, null, wait);
  }
}
