import { afterEach, describe, expect, it, vi } from "vitest";
import { boundsOf, compounds, countsByStar, dossier, nextPage, Problem, signIn, unionBounds, whenRefused } from "../src/api/client";
import type { Feature, FeaturePage } from "../src/api/types";

const signal = new AbortController().signal;
const asked: URL[] = [];

/** Lets the next request be answered with `body`; what was asked lands in `asked`. */
function answer(body: unknown, init: ResponseInit = {}): void {
  vi.stubGlobal("fetch", async (address: URL) => {
    asked.push(address);
    return new Response(typeof body === "string" ? body : JSON.stringify(body), init);
  });
}

afterEach(() => {
  vi.unstubAllGlobals();
  asked.length = 0;
});

describe("a request", () => {
  it("carries the filters that are set and no others", async () => {
    answer({ features: [] });
    const filter = { city: "640100", district: null, stars: ["2", "unrated"], only: ["key_target"], asOf: null } as const;
    await compounds(filter, null, signal);
    const query = Object.fromEntries(asked[0]!.searchParams);
    expect(query).toEqual({ city_code: "640100", effective_star: "2,unrated", key_target: "true", limit: "100", skipGeometry: "true" });
  });

  it("counts every star of the legend, whichever are shown", async () => {
    answer({ counts: [] });
    await countsByStar({ city: null, district: "640104", stars: ["1"], only: [], asOf: "2025-03-01" }, signal);
    expect(asked[0]!.search).toBe("?by=effective_star&district_code=640104&as_of=2025-03-01");
  });

  it("stays on this server when the next page names another host", () => {
    const page = { links: [{ rel: "next", href: "http://inner:8000/collections/compounds/items?next=abc" }] };
    expect(nextPage(page as FeaturePage<unknown>)).toBe("/collections/compounds/items?next=abc");
  });

  it("has no next page when the last was given", () => {
    expect(nextPage({ links: [{ rel: "self", href: "/x" }] } as FeaturePage<unknown>)).toBeNull();
  });
});

describe("a failure", () => {
  it("is told with the server's words and its request id", async () => {
    answer({ title: "Not Found", detail: "no compound 7", request_id: "r-1" }, { status: 404 });
    await expect(dossier(7, null, signal)).rejects.toMatchObject({ status: 404, message: "no compound 7", requestId: "r-1" });
  });

  it("keeps status and request id where a proxy answered in HTML", async () => {
    answer("<html>", { status: 502, statusText: "Bad Gateway", headers: { "X-Request-Id": "r-2" } });
    await expect(dossier(7, null, signal)).rejects.toMatchObject({ status: 502, message: "502 Bad Gateway", requestId: "r-2" });
  });

  it("tells what was wrong with the call, and how long to wait", async () => {
    answer({ detail: "too many", parameter: "as_of" }, { status: 429, headers: { "Retry-After": "30" } });
    await expect(dossier(7, null, signal)).rejects.toMatchObject({ parameter: "as_of", retryAfter: 30 });
  });

  it("of who was signed in asks who that is now, unless it was a password that was wrong", async () => {
    const listener = vi.fn();
    whenRefused(listener);
    answer({}, { status: 401 });
    await expect(signIn("zhang", "x")).rejects.toMatchObject({ status: 401 });
    expect(listener).not.toHaveBeenCalled();
    await expect(dossier(7, null, signal)).rejects.toMatchObject({ status: 401 });
    expect(listener).toHaveBeenCalledOnce();
  });

  it("has status 0 when the server cannot be reached", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("network")));
    await expect(dossier(7, null, signal)).rejects.toBeInstanceOf(Problem);
    await expect(dossier(7, null, signal)).rejects.toMatchObject({ status: 0 });
  });

  it("passes on that nobody waits any more", async () => {
    const abort = new AbortController();
    abort.abort();
    vi.stubGlobal("fetch", () => Promise.reject(new DOMException("aborted", "AbortError")));
    await expect(dossier(7, null, abort.signal)).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("bounds", () => {
  const multi: Feature<unknown> = {
    type: "Feature",
    id: 1,
    properties: {},
    geometry: { type: "MultiPolygon", coordinates: [[[[106, 38], [107, 38.5], [106.5, 39], [106, 38]]]] },
  };

  it("span every corner of an outline", () => {
    expect(boundsOf(multi)).toEqual([106, 38, 107, 39]);
  });

  it("are taken from the feature where it says them", () => {
    expect(boundsOf({ ...multi, geometry: null, bbox: [1, 2, 3, 4] })).toEqual([1, 2, 3, 4]);
    expect(boundsOf({ ...multi, geometry: null })).toBeNull();
  });

  it("join", () => {
    expect(unionBounds([[1, 2, 3, 4], [0, 3, 2, 5]])).toEqual([0, 2, 3, 5]);
    expect(unionBounds([])).toBeNull();
  });
});
