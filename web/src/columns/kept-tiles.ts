/** Keeps the bytes of tiles, so that new classes need no new tiles: the least lately used are given up first. */

interface Kept {
  bytes: ArrayBuffer;
  version: number;
  at: number;
}

/** Milliseconds after which a tile that comes into view anew is asked for again. */
const AGE = 300_000;
/** Of an entry besides its bytes. */
const OVERHEAD = 200;

export class KeptTiles {
  readonly #tiles = new Map<string, Kept>();
  #held = 0;

  /** @param most bytes kept at most */
  constructor(
    private readonly most: number,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** A tile's bytes; null where it must be asked for. What gets newer classes stays what it was. */
  get(path: string, version: number): ArrayBuffer | null {
    const found = this.#tiles.get(path);
    if (!found) return null;
    this.#tiles.delete(path);
    if (found.version === version && this.now() - found.at > AGE) {
      this.#held -= size(found);
      return null;
    }
    this.#tiles.set(path, { ...found, version });
    return found.bytes;
  }

  keep(path: string, version: number, bytes: ArrayBuffer): void {
    const before = this.#tiles.get(path);
    if (before) this.#held -= size(before);
    this.#tiles.delete(path);
    const kept = { bytes, version, at: this.now() };
    this.#tiles.set(path, kept);
    this.#held += size(kept);
    for (const [oldest, one] of this.#tiles) {
      if (this.#held <= this.most) break;
      this.#tiles.delete(oldest);
      this.#held -= size(one);
    }
  }
}

function size({ bytes }: Kept): number {
  return bytes.byteLength + OVERHEAD;
}
