import { featureFilter, validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { describe, expect, it } from "vitest";
import { STARS, starKey, type StarKey } from "../src/domain";
import type { Palette } from "../src/map/palette";
import { hatchPixels } from "../src/map/patterns";
import { buildStyle, type StyleInput } from "../src/map/style";

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
  compounds: "classed://page/1/collections/compounds/tiles/WebMercatorQuad/{z}/{y}/{x}",
  palette,
  language: "zh-CN",
  district: null,
  hidden: ["jurisdictions"],
};

/** What the layers of compounds draw of a feature. */
function drawn(properties: object): string[] {
  const { layers } = buildStyle({ ...input, hidden: [] });
  const own = layers.filter((layer) => "source" in layer && layer.source === "compounds" && "filter" in layer);
  return own
    .filter((layer) => {
      const { filter } = featureFilter((layer as unknown as { filter: never }).filter, {} as never);
      return filter({ zoom: 12 } as never, { type: 3, properties } as never);
    })
    .map(({ id }) => id);
}

describe("the style", () => {
  it.each([
    ["in Chinese", {}],
    ["in English", { language: "en" }],
    ["with a district", { district: "640104" }],
    ["with layers hidden", { hidden: ["compounds", "streets", "names"] }],
    ["with jurisdictions", { hidden: [] }],
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
    const { districts, compounds } = buildStyle(input).sources as Record<string, { tiles: string[] }>;
    expect(districts?.tiles).toEqual([
      "https://atlas.example/collections/districts/tiles/WebMercatorQuad/{z}/{y}/{x}",
    ]);
    expect(compounds?.tiles).toEqual([input.compounds]);
  });

  it("asks for jurisdictions only where they are shown", () => {
    expect(buildStyle(input).sources).not.toHaveProperty("jurisdictions");
    expect(buildStyle({ ...input, hidden: [] }).sources).toHaveProperty("jurisdictions");
  });

  it("is equal for equal input, so that nothing is drawn anew", () => {
    expect(buildStyle(input)).toEqual(buildStyle({ ...input }));
  });
});

describe("compounds", () => {
  it("are drawn only where the filters show them", () => {
    expect(drawn({ effective_star: 3, shown: true })).toContain("compounds-fill");
    expect(drawn({ effective_star: 3 })).toEqual([]);
    expect(drawn({ effective_star: 3, shown: false })).toEqual([]);
  });

  it("without a star are drawn as unrated, 不达标 with hatching", () => {
    expect(drawn({ shown: true })).toContain("compounds-outline-unrated");
    expect(drawn({ shown: true, effective_star: 0 })).not.toContain("compounds-outline-unrated");
    expect(drawn({ shown: true, effective_star: 0 })).toContain("compounds-hatch");
    expect(drawn({ shown: true, effective_star: 1 })).not.toContain("compounds-hatch");
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
