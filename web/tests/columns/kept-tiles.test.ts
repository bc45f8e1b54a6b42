import { describe, expect, it } from "vitest";
import { KeptTiles } from "../../src/columns/kept-tiles";

const bytes = (size: number) => new ArrayBuffer(size);

describe("kept tiles", () => {
  it("serve newer classes however old they are, and are asked for again when they come into view anew", () => {
    let now = 0;
    const kept = new KeptTiles(10_000, () => now);
    const tile = bytes(10);
    kept.keep("/a", 1, tile);
    now = 3_600_000;
    expect(kept.get("/a", 2)).toBe(tile);
    expect(kept.get("/a", 2)).toBeNull();
    expect(kept.get("/a", 3)).toBeNull();
  });

  it("serve what came into view again soon", () => {
    const kept = new KeptTiles(10_000, () => 0);
    kept.keep("/a", 1, bytes(10));
    expect(kept.get("/a", 1)).not.toBeNull();
  });

  it("are given up where they are too many, the least lately used first", () => {
    const kept = new KeptTiles(1000, () => 0);
    kept.keep("/a", 1, bytes(200));
    kept.keep("/b", 1, bytes(200));
    expect(kept.get("/a", 1)).not.toBeNull();
    kept.keep("/c", 1, bytes(200));
    expect(["/a", "/b", "/c"].map((path) => kept.get(path, 1) !== null)).toEqual([true, false, true]);
  });

  it("count a tile once, however often it is kept", () => {
    const kept = new KeptTiles(1000, () => 0);
    kept.keep("/a", 1, bytes(200));
    for (let time = 0; time < 9; time++) kept.keep("/b", 1, bytes(200));
    expect(kept.get("/a", 1)).not.toBeNull();
  });
});
