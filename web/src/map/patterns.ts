/** Draws hatchings: of 不达标, so that the class does not hang on its colour alone; of gaps in jurisdiction. */

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

/** Names of the patterns in the style, with their colours. */
export const HATCH = "hatch";
export const HATCH_GAP = "hatch-gap";
export const HATCH_OVERLAP = "hatch-overlap";
export const HATCHES: readonly [name: string, colour: Colour][] = [
  [HATCH, [255, 255, 255, 150]],
  [HATCH_GAP, [200, 30, 30, 200]],
  [HATCH_OVERLAP, [214, 110, 0, 210]],
];

/** Device pixels a side. */
export const HATCH_SIZE = 16;

/** Diagonals of one colour on nothing, seamless in both directions, as RGBA. */
export function hatchPixels(
  [red, green, blue, alpha]: Colour = HATCHES[0]![1],
  size = HATCH_SIZE,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const stripe = (x + y) % (size / 2) < size / 8;
      pixels.set([red, green, blue, stripe ? alpha : 0], (y * size + x) * 4);
    }
  }
  return pixels;
}
