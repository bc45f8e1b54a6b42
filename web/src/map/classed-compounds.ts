/** Keeps the compounds on the map in the classes of the day and the filters, without asking for their shapes again. */

import type { Map as MapLibreMap, VectorSourceSpecification, VectorTileSource } from "maplibre-gl";
import { tileAddress, type Listening, type Told } from "../columns/channel";
import { classify, type Facts, type Shown } from "../columns/classes";
import type { CompoundColumns } from "../columns/compound-columns";

const SOURCE = "compounds";
const PATH = "/collections/compounds/tiles/WebMercatorQuad/{z}/{y}/{x}";

/** What is asked to be shown: of a day, null being today. */
export interface Asked extends Shown {
  day: string | null;
}

export class ClassedCompounds {
  /** True while tiles get new classes; MapLibre is not to be given another style meanwhile. */
  busy = false;
  /** The day whose classes the tiles get; undefined before the first. */
  day: string | null | undefined;
  /** What is known of that day. */
  facts: Facts | null = null;

  readonly #name = `atlas-${Math.random().toString(36).slice(2)}`;
  readonly #channel = new BroadcastChannel(this.#name);
  #map: MapLibreMap | null = null;
  #asked = "";
  #version = 0;
  #classes: Uint8Array | null = null;
  #abort: AbortController | null = null;

  /**
   * @param columns where facts come from
   * @param settled is called whenever the tiles have got new classes
   * @param failed is told what could not be read
   */
  constructor(
    private readonly columns: CompoundColumns,
    private readonly settled: () => void,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#channel.onmessage = ({ data }: MessageEvent<Listening>) => data.listening && this.#tell(true);
  }

  /** The address of the tiles as the style is to have it: as it is, since new ones are given to the map itself. */
  get tiles(): string {
    return this.#current ?? this.#newest;
  }

  /** With each version of the classes it is another, so that MapLibre reads the tiles again. */
  get #newest(): string {
    return tileAddress(this.#name, Math.max(this.#version, 1), PATH);
  }

  attach(map: MapLibreMap): void {
    this.#map = map;
    map.on("sourcedata", () => this.#refresh());
    map.on("styledata", () => this.#refresh());
    map.on("idle", () => this.#rest());
  }

  close(): void {
    this.#abort?.abort();
    this.#channel.close();
    this.#map = null;
  }

  /** Shows something else than before; facts that are at hand are shown at once. */
  show(asked: Asked): void {
    const key = JSON.stringify(asked);
    if (key === this.#asked) return;
    this.#asked = key;
    this.#abort?.abort();
    const known = asked.day === this.day && this.facts ? this.facts : this.columns.read(asked.day);
    if (known) this.#publish(known, asked);
    else void this.#fetch(asked);
  }

  /** Asks again what could not be read, or was read long ago. */
  renew(asked: Asked): void {
    if (!this.#asked) this.show(asked);
    else if (this.columns.stale) {
      this.#abort?.abort();
      void this.#fetch(asked, true);
    }
  }

  async #fetch(asked: Asked, anew = false): Promise<void> {
    const abort = (this.#abort = new AbortController());
    try {
      const facts = await (anew ? this.columns.renew(asked.day, abort.signal) : this.columns.on(asked.day, abort.signal));
      if (!abort.signal.aborted) this.#publish(facts, asked, anew);
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#asked = "";
      this.failed(error);
    }
  }

  #publish(facts: Facts, asked: Asked, anew = false): void {
    const first = anew || this.#classes === null;
    this.facts = facts;
    this.day = asked.day;
    this.#classes = classify(facts, asked, new Uint8Array(this.columns.places!.all.length));
    this.#version++;
    this.#tell(first);
    this.#refresh();
  }

  #tell(withGround: boolean): void {
    const { places, marks } = this.columns;
    if (!this.#classes || !places) return;
    const ground = withGround ? { places, marks } : null;
    this.#channel.postMessage({ version: this.#version, classes: this.#classes, ground } satisfies Told);
  }

  get #source(): VectorTileSource | undefined {
    return this.#map?.getSource(SOURCE);
  }

  /** The address that the map has, even before it has read its source; undefined without one. */
  get #current(): string | undefined {
    return (this.#source?.serialize() as VectorSourceSpecification | undefined)?.tiles?.[0];
  }

  /**
   * Has the tiles read again, once those on the way are there: a tile that is loading would be told to draw anew
   * what it loads, with the classes of before.
   */
  #refresh(): void {
    const current = this.#current;
    if (current === undefined || current === this.#newest || !this.#map?.isStyleLoaded()) return;
    this.busy = true;
    this.#source?.setTiles([this.#newest]);
  }

  #rest(): void {
    if (this.#current !== this.#newest) this.#refresh();
    else if (this.busy) {
      this.busy = false;
      this.settled();
    }
  }
}
