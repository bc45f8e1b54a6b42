import { describe, expect, it } from "vitest";
import type { Code, Column } from "../../src/columns/atc1";
import { classify, SHOWN_BIT, STANDING_BITS, STAR_BITS, UNRATED, type Facts, type Shown } from "../../src/columns/classes";

/** A column as the server codes it: nothing first. */
function coded(name: string, values: Code[]): Column {
  const codes = [null, ...new Set(values.filter((value) => value !== null))];
  return { name, codes, values: Uint8Array.from(values, (value) => codes.indexOf(value)), none: null };
}

const facts: Facts = {
  star: coded("effective_star", [0, 1, 3, 5, null]),
  rated: coded("rated_star", [2, 1, 3, 5, null]),
  district: coded("district_code", ["640104", "640105", "640104", "640105", "640104"]),
  standing: {
    key_target: coded("key_target", [true, true, false, false, null]),
    exit_case: coded("exit_case", [true, false, false, false, null]),
  },
};
const all: Shown = { stars: null, only: [], district: null };

const classes = (shown: Partial<Shown>, of = facts) => [...classify(of, { ...all, ...shown }, new Uint8Array(5))];
const places = (shown: Partial<Shown>, of = facts) =>
  classes(shown, of).flatMap((one, place) => (one & SHOWN_BIT ? [place] : []));

describe("classes", () => {
  it("have the star, whatever is shown", () => {
    for (const shown of [{}, { stars: [] }, { district: "640104" }, { only: ["key_target"] as const }]) {
      expect(classes(shown).map((one) => one & STAR_BITS)).toEqual([0, 1, 3, 5, UNRATED]);
    }
  });

  it("have what a compound is besides", () => {
    const has = (bit: number) => classes({}).flatMap((one, place) => (one & bit ? [place] : []));
    expect(has(STANDING_BITS.key_target)).toEqual([0, 1]);
    expect(has(STANDING_BITS.exit_case)).toEqual([0]);
  });

  it("show all unless something is chosen", () => {
    expect(places({})).toEqual([0, 1, 2, 3, 4]);
    expect(places({ stars: [] })).toEqual([]);
  });

  it("tell 不达标 from unrated", () => {
    expect(places({ stars: ["0"] })).toEqual([0]);
    expect(places({ stars: ["unrated"] })).toEqual([4]);
  });

  it("ask for both, star and district", () => {
    expect(places({ district: "640104" })).toEqual([0, 2, 4]);
    expect(places({ district: "640104", stars: ["3", "5"] })).toEqual([2]);
  });

  it("leave key targets, and exit cases among them", () => {
    expect(places({ only: ["key_target"] })).toEqual([0, 1]);
    expect(places({ only: ["key_target", "exit_case"] })).toEqual([0]);
    expect(places({ only: ["key_target"], stars: ["1"] })).toEqual([1]);
  });

  it("show no key target to who may not know of them", () => {
    const hidden = { ...facts, standing: {} };
    expect(places({}, hidden)).toEqual([0, 1, 2, 3, 4]);
    expect(places({ only: ["key_target"] }, hidden)).toEqual([]);
  });
});
