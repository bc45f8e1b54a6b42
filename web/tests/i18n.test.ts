import { describe, expect, it } from "vitest";
import { DIMENSIONS, STARS } from "../src/domain";
import { CATALOGUES, fill, today, type MessageKey } from "../src/i18n";
import { LAYERS } from "../src/state";

const { "zh-CN": zh, en } = CATALOGUES;
const keys = Object.keys(zh) as MessageKey[];
const places = (message: string) => [...message.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("the catalogue", () => {
  it("has the same keys in both languages", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  it.each(keys)("says %s in both languages with the same places to fill", (key) => {
    expect(zh[key].trim()).not.toBe("");
    expect(en[key].trim()).not.toBe("");
    expect(places(en[key])).toEqual(places(zh[key]));
  });

  it("writes as an office would: no exclamation marks, no Chinese in the English but the switch back", () => {
    for (const key of keys) expect(zh[key] + en[key]).not.toMatch(/[!！]/);
    const chinese = keys.filter((key) => /\p{Script=Han}/u.test(en[key]));
    expect(chinese).toEqual(["bar.language"]);
  });

  it("has a word for every star, dimension and layer", () => {
    const named = [
      ...STARS.map((star) => `star.${star}`),
      ...DIMENSIONS.map((dimension) => `dimension.${dimension}`),
      ...LAYERS.map((layer) => `layer.${layer}`),
    ];
    expect(named.filter((key) => !(key in zh))).toEqual([]);
  });
});

describe("a message", () => {
  it("gets its values, numbers with thousands separators", () => {
    expect(fill("{count} 个小区，{name}", { count: 1500, name: "兴庆区" })).toBe("1,500 个小区，兴庆区");
  });

  it("shows a place it has no value for", () => {
    expect(fill("{count} 个", {})).toBe("{count} 个");
  });
});

it("takes the day from China's clock", () => {
  expect(today(new Date("2026-11-23T15:59:59Z"))).toBe("2026-11-23");
  expect(today(new Date("2026-11-23T16:00:00Z"))).toBe("2026-11-24");
});
