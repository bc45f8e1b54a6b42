import { featureFilter, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { STARS, starKey, type StandingKey, type StarKey } from "../src/domain";
import type { Palette } from "../src/map/palette";
import { hatchPixels } from "../src/map/patterns";
import { buildStyle, compoundFilter, type StyleInput } from "../src/map/style";

const palette: Palette = {
  outside: "#111111",
  land: "#222222",
  districtLine: "#333333",
  streetLine: "#444444",
  ink: "#555555",
  inkQuiet: "#666666",
  halo: "#777777",
  markOutline: "rgba(0, 0, 0, 0.7)",
  accent: "#888888",
  selectionHalo: "#ffffff",
  gap: "#999999",
  overlap: "#aaaaaa",
  stars: Object.fromEntries(STARS.map((star, index) => [star, `#00000${index}`])) as Record<StarKey, string>,
};

const input: StyleInput = {
  origin: "https://atlas.example",
  palette,
  language: "zh-CN",
  district: null,
  stars: null,
  only: [],
  hidden: ["jurisdictions"],
};

/** Whether a filter lets a compound through. */
function passes(
  stars: readonly StarKey[] | null,
  district: string | null,
  properties: object,
  only: readonly StandingKey[] = [],
): boolean {
  const { filter } = featureFilter(compoundFilter({ stars, district, only }) as never, {} as never);
  return filter({ zoom: 12 } as never, { type: 3, properties } as never);
}

describe("the style", () => {
  it.each([
    ["in Chinese", {}],
    ["in English", { language: "en" }],
    ["with a district", { district: "640104" }],
    ["with some stars", { stars: ["1", "unrated"] }],
    ["with no star", { stars: [] }],
    ["with layers hidden", { hidden: ["compounds", "streets", "names"] }],
    ["with jurisdictions", { hidden: [] }],
    ["with key targets alone", { only: ["key_target"] }],
  ] as [string, Partial<StyleInput>][])("is valid %s", (_, change) => {
    const errors = validateStyleMin(buildStyle({ ...input, ...change }) as never);
    expect(errors.map(({ message }) => message)).toEqual([]);
  });

  it("asks no host but its own, and no glyph server", () => {
    const style = buildStyle(input);
    expect(style.glyphs).toBeUndefined();
    expect(style.sprite).toBeUndefined();
    const addresses = JSON.stringify(style).match(/https?:\/\/[^/"]+/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set([input.origin]));
  });

  it("asks for tiles by row, then column, as OGC orders them", () => {
    const { compounds } = buildStyle(input).sources as Record<string, { tiles: string[] }>;
    expect(compounds?.tiles).toEqual([
      "https://atlas.example/collections/compounds/tiles/WebMercatorQuad/{z}/{y}/{x}",
    ]);
  });

  it("asks for jurisdictions only where they are shown", () => {
    expect(buildStyle(input).sources).not.toHaveProperty("jurisdictions");
    expect(buildStyle({ ...input, hidden: [] }).sources).toHaveProperty("jurisdictions");
  });

  it("is equal for equal input, so that nothing is drawn anew", () => {
    expect(buildStyle(input)).toEqual(buildStyle({ ...input }));
  });
});

describe("the filter", () => {
  it("lets every star through when all are chosen", () => {
    for (const effective_star of [0, 1, 2, 3, 4, 5, undefined]) expect(passes(null, null, { effective_star })).toBe(true);
  });

  it("takes a compound without a star as unrated", () => {
    expect(passes(["unrated"], null, {})).toBe(true);
    expect(passes(["unrated"], null, { effective_star: 0 })).toBe(false);
  });

  it("tells 不达标 from unrated and from one star", () => {
    const shown = [0, 1, 2, undefined].filter((effective_star) => passes(["0"], null, { effective_star }));
    expect(shown).toEqual([0]);
  });

  it("asks for both, star and district", () => {
    const inside = { effective_star: 2, district_code: "640104" };
    expect(passes(["2"], "640104", inside)).toBe(true);
    expect(passes(["2"], "640105", inside)).toBe(false);
    expect(passes(["3"], "640104", inside)).toBe(false);
  });

  it("leaves key targets, and exit cases among them", () => {
    const both = { effective_star: 1, key_target: true, exit_case: true };
    expect(passes(null, null, both, ["key_target", "exit_case"])).toBe(true);
    expect(passes(null, null, { ...both, exit_case: false }, ["key_target", "exit_case"])).toBe(false);
    expect(passes(null, null, { effective_star: 1 }, ["key_target"])).toBe(false);
  });

  it("shows nothing when no star is chosen", () => {
    expect(passes([], null, { effective_star: 3 })).toBe(false);
  });
});

it("classes null and absent stars as unrated", () => {
  expect([0, 5, null, undefined].map(starKey)).toEqual(["0", "5", "unrated", "unrated"]);
});

it("draws hatching that joins its neighbours", () => {
  const size = 16;
  const pixels = hatchPixels([255, 255, 255, 150], size);
  const opaque = (x: number, y: number) => pixels[(y * size + x) * 4 + 3]! > 0;
  const along = (at: number) => Array.from({ length: size }, (_, x) => opaque(x, at));
  // Each row is the one above, shifted by one; so must the first be of the last.
  const shifted = along(size - 1).map((_, x, row) => row[(x + 1) % size]);
  expect(along(0)).toEqual(shifted);
  expect(along(0).filter(Boolean).length).toBeGreaterThan(0);
  expect(along(0).filter(Boolean).length).toBeLessThan(size / 2);
});
