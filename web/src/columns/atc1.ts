/** Reads columns in their binary form (ATC1), which docs/layers.md describes. */

/** Values by place: as they are, or where there are `codes` as numbers of these, the first of which is nothing. */
export interface Column {
  name: string;
  values: Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;
  codes: readonly Code[] | null;
  /** What stands for nothing where there are no codes; null means NaN does. */
  none: number | null;
}

export type Code = string | number | boolean | null;

/** One block of columns, and what is said of it. */
export interface Block {
  block: number;
  /** How many blocks and places there are in all. */
  blocks: number;
  places: number;
  columns: ReadonlyMap<string, Column>;
}

interface Header {
  block?: number;
  blocks?: number;
  places: number;
  columns: Described[];
}

interface Described {
  name: string;
  type: keyof typeof ARRAYS | "zigzag";
  offset: number;
  bytes: number;
  codes?: Code[];
  none?: number;
  scale?: number;
}

const ARRAYS = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array, i32: Int32Array, f64: Float64Array };

/** The block that the bytes hold; they are not copied. Throws on anything else than ATC1. */
export function readBlock(bytes: ArrayBuffer): Block {
  const view = new DataView(bytes);
  if (bytes.byteLength < 8 || view.getUint32(0) !== 0x41544331) throw new Error("these are no columns: ATC1 is missing");
  const start = 8 + view.getUint32(4, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, start - 8))) as Header;
  const columns = header.columns.map((one) => [one.name, readColumn(one, bytes, start)] as const);
  return { block: header.block ?? 0, blocks: header.blocks ?? 1, places: header.places, columns: new Map(columns) };
}

/** The value of a column at a place; null where there is none. */
export function valueAt({ values, codes, none }: Column, place: number): Code {
  const value = values[place];
  if (value === undefined) return null;
  if (codes) return codes[value] ?? null;
  return value === none || Number.isNaN(value) ? null : value;
}

/** All blocks of a column after each other, with one list of codes. */
export function joinBlocks(parts: readonly Column[]): Column {
  const [first] = parts;
  if (!first) throw new Error("a column has at least one block");
  if (parts.length === 1) return first;
  const size = parts.reduce((sum, { values }) => sum + values.length, 0);
  return first.codes ? joinCoded(parts, size) : joinPlain(parts, size);
}

function joinCoded(parts: readonly Column[], size: number): Column {
  const numbers = new Map<Code, number>([[null, 0]]);
  const values = new Uint32Array(size);
  let at = 0;
  for (const part of parts) {
    const known = (part.codes ?? [null]).map((code) => {
      const number = numbers.get(code) ?? numbers.size;
      numbers.set(code, number);
      return number;
    });
    for (const value of part.values) values[at++] = known[value]!;
  }
  const codes = [...numbers.keys()];
  const narrow = codes.length <= 256 ? Uint8Array.from(values) : values;
  return { name: parts[0]!.name, values: narrow, codes, none: null };
}

function joinPlain(parts: readonly Column[], size: number): Column {
  const made = new Float64Array(size);
  let at = 0;
  for (const part of parts) {
    for (let place = 0; place < part.values.length; place++) made[at++] = (valueAt(part, place) as number | null) ?? NaN;
  }
  return { name: parts[0]!.name, values: made, codes: null, none: null };
}

function readColumn({ name, type, offset, bytes: length, codes, none, scale }: Described, bytes: ArrayBuffer, start: number): Column {
  const values =
    type === "zigzag"
      ? summed(new Uint8Array(bytes, start + offset, length), scale ?? 1)
      : new ARRAYS[type](bytes, start + offset, length / ARRAYS[type].BYTES_PER_ELEMENT);
  return { name, values, codes: codes ?? null, none: none ?? null };
}

/** Differences from the value before, zigzag in LEB128, as the values they make. */
function summed(bytes: Uint8Array, scale: number): Float64Array {
  const made = new Float64Array(bytes.reduce((count, byte) => count + (byte < 128 ? 1 : 0), 0));
  let at = 0;
  let total = 0;
  let number = 0;
  let factor = 1;
  for (const byte of bytes) {
    // By factors: shifts would end at 32 bits.
    number += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) {
      total += number % 2 ? -(number + 1) / 2 : number / 2;
      made[at++] = total * scale;
      number = 0;
      factor = 1;
    }
  }
  return made;
}
