import { describe, expect, it } from "vitest";
import { numberAt, placeOf, placesOf } from "../../src/columns/places";

const ids = (numbers: number[]) => placesOf({ name: "id", values: Float64Array.from(numbers), codes: null, none: 0 });

describe.each([
  ["close together", [7, 0, 3, 12, 1]],
  ["far apart", [9_000_000_007, 0, 3, 50_000, 8_000_000]],
])("places of numbers %s", (_, numbers) => {
  it("are found again", () => {
    const places = ids(numbers);
    for (const [place, number] of numbers.entries()) {
      if (number) expect(placeOf(places, number)).toBe(place);
      expect(numberAt(places, place)).toBe(number);
    }
  });

  it("are not given to others", () => {
    for (const number of [0, 2, 13, 9_000_000_008]) expect(placeOf(ids(numbers), number)).toBe(-1);
  });
});

it("has no places for nobody", () => {
  expect(placeOf(ids([]), 1)).toBe(-1);
  expect(numberAt(ids([]), 0)).toBe(0);
});
