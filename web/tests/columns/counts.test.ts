import { expect, it } from "vitest";
import type { Code, Column } from "../../src/columns/atc1";
import { countsOf } from "../../src/columns/counts";

function coded(name: string, values: Code[], codes: Code[]): Column {
  return { name, codes, values: Uint8Array.from(values, (value) => codes.indexOf(value)), none: null };
}

const star = coded("effective_star", [1, 1, 3, null, 1], [null, 1, 3]);
const facts = {
  star,
  rated: star,
  district: coded("district_code", ["640104", "640104", "640104", "640105", null], [null, "640104", "640105"]),
  standing: {
    key_target: coded("key_target", [true, true, false, null, true], [null, false, true]),
    exit_case: coded("exit_case", [true, false, false, null, true], [null, false, true]),
  },
};

it("counts compounds by star, and what they are besides, in districts", () => {
  const { stars, standings } = countsOf(facts, (code) => code !== null, []);
  expect(stars).toEqual({
    by: "effective_star",
    total: 4,
    counts: [{ value: 3, count: 1 }, { value: 1, count: 2 }, { value: null, count: 1 }],
  });
  expect(standings).toEqual({ key_target: 2, exit_case: 1 });
});

it("counts stars of those alone that the list is narrowed to", () => {
  const { stars, standings } = countsOf(facts, (code) => code === "640104", ["exit_case"]);
  expect(stars.counts).toEqual([{ value: 1, count: 1 }]);
  expect(standings).toEqual({ key_target: 2, exit_case: 1 });
});

it("tells nobody of standings who may not know them", () => {
  expect(countsOf({ ...facts, standing: {} }, () => true, []).standings).toBeNull();
});
