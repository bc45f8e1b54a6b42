/** MapLibre's worker, which writes into the public tiles what columns say of the compounds in them. */

import type { AddProtocolAction } from "maplibre-gl";
import MapLibreWorker from "maplibre-gl/dist/maplibre-gl-worker.mjs";
import { readAddress, SCHEME, type Listening, type Told } from "./channel";
import { SHOWN_BIT } from "./classes";
import { joinTile, type Classes } from "./joined-tile";
import { KeptTiles } from "./kept-tiles";
import { marksIn, type TilePlace } from "./marks";
import { numberAt, placeOf } from "./places";

/** Layers of the tiles whose features are compounds. */
const LAYERS: ReadonlySet<string> = new Set(["compounds", "compounds_label"]);
const MOST_BYTES = 64 * 2 ** 20;

interface MapWorkerScope {
  worker: unknown;
  addProtocol: (scheme: string, load: AddProtocolAction) => void;
}

const kept = new KeptTiles(MOST_BYTES);
let newest: Told | null = null;
let channel: BroadcastChannel | null = null;
let waiting: (() => void)[] = [];

function listen(name: string): void {
  if (channel) return;
  channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }: MessageEvent<Told>) => {
    newest = { ...data, ground: data.ground ?? newest?.ground ?? null };
    for (const go of waiting.splice(0)) go();
  };
  channel.postMessage({ listening: true } satisfies Listening);
}

/** Waits for classes of a version or a newer one. */
async function classes(version: number, signal: AbortSignal): Promise<Told> {
  while (!newest?.ground || newest.version < version) {
    await new Promise<void>((go, drop) => {
      waiting.push(go);
      signal.addEventListener("abort", () => drop(signal.reason as Error), { once: true });
    });
  }
  return newest;
}

async function tile(path: string, version: number, signal: AbortSignal): Promise<ArrayBuffer> {
  const found = kept.get(path, version);
  if (found) return found;
  // Without cookies the tile is everybody's, and so are the copies that caches have of it.
  const answer = await fetch(path, { signal, credentials: "omit" });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${answer.statusText}: ${path}`), { status: answer.status });
  const bytes = await answer.arrayBuffer();
  kept.keep(path, version, bytes);
  return bytes;
}

const load: AddProtocolAction = async ({ url }, { signal }) => {
  const asked = readAddress(url);
  if (!asked) throw new Error(`${url} is no address of a tile`);
  listen(asked.channel);
  const [bytes, told] = await Promise.all([tile(asked.path, asked.version, signal), classes(asked.version, signal)]);
  return { data: joinTile(bytes, classesFor(told, placeOfTile(asked.path))) };
};

function classesFor({ classes: all, ground }: Told, tile: TilePlace): Classes {
  const { places, marks } = ground!;
  const shown = (place: number) => (all[place]! & SHOWN_BIT && numberAt(places, place) ? all[place]! : null);
  return {
    layers: LAYERS,
    of: (number) => all[placeOf(places, number)],
    marks: (extent) =>
      marks
        ? marksIn(marks, tile, extent, shown).map((mark) => ({ ...mark, number: numberAt(places, mark.place), class: all[mark.place]! }))
        : [],
  };
}

/** From an address that ends as OGC API Tiles orders it: zoom, row, column. */
function placeOfTile(path: string): TilePlace {
  const [z, y, x] = path.split("/").slice(-3).map(Number);
  return { z: z!, y: y!, x: x! };
}

const scope = self as unknown as MapWorkerScope;
// MapLibre's package says that its worker does nothing when it is imported: what is not named would be left out.
if (!(scope.worker instanceof MapLibreWorker)) throw new Error("MapLibre's worker has not begun");
scope.addProtocol(SCHEME, load);
