/** Writes the class of each compound into a vector tile (MVT 2.1) that everybody shares. */

import { PbfReader, PbfWriter } from "pbf";
import { STANDINGS } from "../domain";
import type { Mark } from "./marks";
import { SHOWN_BIT, STANDING_BITS, STAR_BITS, UNRATED } from "./classes";

/** Fields of a tile, of its layers, and of their features. */
const TILE = { layer: 3 };
const LAYER = { name: 1, feature: 2, key: 3, value: 4, extent: 5, version: 15 };
const FEATURE = { id: 1, tags: 2, type: 3, geometry: 4 };
const VALUE = { unsigned: 5, flag: 7 };
const POINT = 1;
/** The command that one point begins with. */
const MOVE_ONCE = 9;

/** What a tile says of the day it was drawn on, and is not to be believed of another. */
const DATED = ["effective_star", "rated_star"];
/** Written of each compound instead; what is not true, or not known, is left out. */
const WRITTEN = ["effective_star", "shown", ...STANDINGS];
/** Numbers of stars, then what is true. */
const STAR_VALUES = UNRATED;

interface Layer {
  name: string;
  features: Uint8Array[];
  keys: string[];
  values: Uint8Array[];
  extent: number;
  version: number;
  /** Counts that values are added for. */
  more: number[];
}

/** What is to be written into tiles. */
export interface Classes {
  /** Layers whose features are compounds. */
  layers: ReadonlySet<string>;
  /** The class of a compound by its number. */
  of: (number: number) => number | undefined;
  /** What is marked in place of cells that count compounds; none where the tile has none. */
  marks: (extent: number) => readonly Marked[];
}

/** A compound with its number, or several without one. */
export interface Marked extends Omit<Mark, "place"> {
  number: number;
  class: number;
}

/**
 * The tile with `effective_star`, `shown` and the standings of each compound's class. What has no class is not shown;
 * a layer that counts compounds in cells gets marks instead.
 */
export function joinTile(bytes: ArrayBuffer, classes: Classes): ArrayBuffer {
  const reader = new PbfReader(bytes);
  const writer = new PbfWriter();
  while (reader.nextField() === TILE.layer) {
    const content = reader.readBytes();
    const layer = readLayer(content);
    if (classes.layers.has(layer.name)) writer.writeMessage(TILE.layer, (one, pbf) => writeLayer(one, pbf, classes), layer);
    else writer.writeBytesField(TILE.layer, content);
  }
  return writer.finish().slice().buffer as ArrayBuffer;
}

function readLayer(content: Uint8Array): Layer {
  const layer: Layer = { name: "", features: [], keys: [], values: [], extent: 4096, version: 2, more: [] };
  const pbf = new PbfReader(content);
  for (let field = pbf.nextField(); field; field = pbf.nextField()) {
    if (field === LAYER.name) layer.name = pbf.readString();
    else if (field === LAYER.feature) layer.features.push(pbf.readBytes());
    else if (field === LAYER.key) layer.keys.push(pbf.readString());
    else if (field === LAYER.value) layer.values.push(pbf.readBytes());
    else if (field === LAYER.extent) layer.extent = pbf.readVarint();
    else if (field === LAYER.version) layer.version = pbf.readVarint();
    else pbf.skip(pbf.type);
  }
  return layer;
}

function writeLayer(layer: Layer, pbf: PbfWriter, classes: Classes): void {
  const keys = [...layer.keys, ...WRITTEN.filter((name) => !layer.keys.includes(name))];
  const dated = new Set(DATED.map((name) => keys.indexOf(name)));
  const tagsOf = classTags(keys, layer.values.length);
  pbf.writeVarintField(LAYER.version, layer.version);
  pbf.writeStringField(LAYER.name, layer.name);
  if (countsCells(layer)) writeMarks(layer, pbf, keys, tagsOf, classes);
  else {
    for (const feature of layer.features) {
      pbf.writeMessage(LAYER.feature, (one, to) => writeFeature(one, to, dated, tagsOf, classes), feature);
    }
  }
  for (const key of keys) pbf.writeStringField(LAYER.key, key);
  for (const value of layer.values) pbf.writeBytesField(LAYER.value, value);
  for (let star = 0; star < STAR_VALUES; star++) {
    pbf.writeMessage(LAYER.value, (one, to) => to.writeVarintField(VALUE.unsigned, one), star);
  }
  pbf.writeMessage(LAYER.value, (one, to) => to.writeBooleanField(VALUE.flag, one), true);
  for (const number of layer.more) {
    pbf.writeMessage(LAYER.value, (one, to) => to.writeVarintField(VALUE.unsigned, one), number);
  }
  pbf.writeVarintField(LAYER.extent, layer.extent);
}

/** The tags of each class, as far as they were asked for; `first` is the number of the first value added. */
function classTags(keys: readonly string[], first: number): (one: number) => readonly number[] {
  const key = (name: string) => keys.indexOf(name);
  const truth = first + STAR_VALUES;
  const made = new Map<number, number[]>();
  return (one) => {
    let tags = made.get(one);
    if (tags) return tags;
    tags = [];
    if ((one & STAR_BITS) < UNRATED) tags.push(key("effective_star"), first + (one & STAR_BITS));
    if (one & SHOWN_BIT) tags.push(key("shown"), truth);
    for (const standing of STANDINGS) if (one & STANDING_BITS[standing]) tags.push(key(standing), truth);
    made.set(one, tags);
    return tags;
  };
}

function writeFeature(
  content: Uint8Array,
  to: PbfWriter,
  dated: ReadonlySet<number>,
  tagsOf: (one: number) => readonly number[],
  classes: Classes,
): void {
  const pbf = new PbfReader(content);
  let id: number | undefined;
  let tags: number[] = [];
  for (let field = pbf.nextField(); field; field = pbf.nextField()) {
    if (field === FEATURE.id) id = pbf.readVarint();
    else if (field === FEATURE.tags) tags = pbf.readPackedVarint();
    else if (field === FEATURE.type) to.writeVarintField(FEATURE.type, pbf.readVarint());
    else if (field === FEATURE.geometry) to.writeBytesField(FEATURE.geometry, pbf.readBytes());
    else pbf.skip(pbf.type);
  }
  if (id === undefined) throw new Error("a compound in a tile has no number");
  to.writeVarintField(FEATURE.id, id);
  to.writePackedVarint(FEATURE.tags, [...undated(tags, dated), ...tagsOf(classes.of(id) ?? UNRATED)]);
}

function countsCells({ keys }: Layer): boolean {
  return keys.includes("count");
}

/** Numbers of how many a mark stands for are values of their own, written after those of the layer. */
function writeMarks(
  layer: Layer,
  pbf: PbfWriter,
  keys: readonly string[],
  tagsOf: (one: number) => readonly number[],
  classes: Classes,
): void {
  const counts = new Map<number, number>();
  const count = keys.indexOf("count");
  const first = layer.values.length + STAR_VALUES + 1;
  for (const mark of classes.marks(layer.extent)) {
    const tags = [...tagsOf(mark.class)];
    if (mark.count > 1) {
      const number = counts.get(mark.count) ?? counts.size;
      counts.set(mark.count, number);
      tags.push(count, first + number);
    }
    pbf.writeMessage(LAYER.feature, (one, to) => writeMark(one, to, tags), mark);
  }
  layer.more = [...counts.keys()];
}

function writeMark({ number, count, x, y }: Marked, to: PbfWriter, tags: number[]): void {
  if (count === 1) to.writeVarintField(FEATURE.id, number);
  to.writePackedVarint(FEATURE.tags, tags);
  to.writeVarintField(FEATURE.type, POINT);
  to.writePackedVarint(FEATURE.geometry, [MOVE_ONCE, x << 1, y << 1]);
}

/** The tags without those of the keys named. */
function undated(tags: readonly number[], dated: ReadonlySet<number>): number[] {
  return tags.filter((_, index) => !dated.has(tags[index - (index % 2)]!));
}
