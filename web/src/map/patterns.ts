/** Draws the hatching of 不达标, so that the class does not hang on its colour alone. */

/** Name of the pattern in the style. */
export const HATCH = "hatch";

/** Device pixels a side. */
export const HATCH_SIZE = 16;

/** White diagonals on nothing, seamless in both directions, as RGBA. */
export function hatchPixels(size = HATCH_SIZE): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const stripe = (x + y) % (size / 2) < size / 8;
      pixels.set([255, 255, 255, stripe ? 150 : 0], (y * size + x) * 4);
    }
  }
  return pixels;
}
