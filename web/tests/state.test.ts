import { describe, expect, it } from "vitest";
import { STARS } from "../src/domain";
import { parseFragment, START, toFragment, toggleStar, type ViewState } from "../src/state";

const FULL: ViewState = {
  place: { lon: 106.23, lat: 38.487, zoom: 11.5 },
  city: "640100",
  district: "640104",
  stars: ["2", "1", "unrated"],
  only: ["key_target", "exit_case"],
  compound: 12,
  company: 7,
  asOf: "2026-05-01",
  list: true,
  hidden: ["streets"],
  language: "en",
};

describe("the fragment", () => {
  it("opens the same view it was written from", () => {
    expect(parseFragment(`#${toFragment(FULL)}`)).toEqual(FULL);
  });

  it("opens the same view for every choice of stars, none included", () => {
    for (let mask = 0; mask < 2 ** STARS.length - 1; mask++) {
      const stars = STARS.filter((_, bit) => mask & (1 << bit));
      expect(parseFragment(toFragment({ ...START, stars })).stars).toEqual(stars);
    }
  });

  it("is empty for the plain view", () => {
    expect(toFragment(START)).toBe("");
    expect(parseFragment("")).toEqual(START);
  });

  it.each([
    "at=38,106",
    "at=x,y,z",
    "at=,,",
    "at=95,106,9",
    "city=64",
    "district='; drop",
    "stars=six",
    "compound=-1",
    "compound=1e3",
    "compound=0",
    "list=yes",
    "hide=roads",
    "show=streets",
    "only=low",
    "company=x",
    "day=2026-13-01",
    "lang=fr",
    "%E0%A4%A",
  ])("leaves out what is malformed: %s", (fragment) => {
    expect(parseFragment(fragment)).toEqual(START);
  });
});

describe("a star of the legend", () => {
  it("is left out, and shown again", () => {
    const without = toggleStar(null, "3");
    expect(without).toEqual(["5", "4", "2", "1", "0", "unrated"]);
    expect(toggleStar(without, "3")).toBeNull();
  });

  it("can be the last to go", () => {
    expect(toggleStar(["3"], "3")).toEqual([]);
  });
});
