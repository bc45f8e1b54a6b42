/** Asks for what is known of all compounds as columns, and reads any day from what was asked for. */

import { compoundColumns } from "../api/client";
import { STANDINGS } from "../domain";
import { joinBlocks, valueAt, type Block, type Column } from "./atc1";
import type { Facts } from "./classes";
import { today } from "../i18n";
import { columnOn, dayNumber, firstDay, historyOf, type History } from "./history";
import { placeOf, placesOf, type Places } from "./places";
import { marksOf, type Marks } from "./marks";

const DATED = ["effective_star", "rated_star"] as const;

/** A tile of a low zoom with more compounds than these counts them in cells (layers/drawing.py). */
const MANY = 4000;

/** Milliseconds after which what was told is asked for again, when the reader comes back to the map. */
const AGE = 300_000;

type Dated = (typeof DATED)[number] | (typeof STANDINGS)[number];

export class CompoundColumns {
  /** Where each compound stands, once that was told. */
  places: Places | null = null;
  /** Where each is marked; only where they are so many that tiles of low zooms do not say it. */
  marks: Marks | null = null;

  #histories: ReadonlyMap<Dated, History> | null = null;
  #district: Column | null = null;
  /** When it was asked, in milliseconds. */
  #asked = 0;
  #lastRead: { day: string | null; facts: Facts } | null = null;
  readonly #dated: readonly Dated[];

  /** @param standing whether who asks may know of key targets and exit cases */
  constructor(standing: boolean) {
    this.#dated = standing ? [...DATED, ...STANDINGS] : DATED;
  }

  /** What is known of a day, or of today; asked for unless it can be read off. */
  async on(day: string | null, signal: AbortSignal): Promise<Facts> {
    return this.read(day) ?? this.#ask(day, this.places === null, signal);
  }

  /** Whether things may have changed since they were asked for. */
  get stale(): boolean {
    return this.places !== null && Date.now() - this.#asked > AGE;
  }

  /** Asks all anew that was told before; what did not change, the server does not send again. */
  async renew(day: string | null, signal: AbortSignal): Promise<Facts> {
    const histories = this.#histories && (await this.#askHistories(signal));
    const facts = await this.#ask(day, true, signal);
    // They may have been told meanwhile.
    this.#histories = histories ?? this.#histories;
    this.#lastRead = null;
    return facts;
  }

  async #ask(day: string | null, withPlaces: boolean, signal: AbortSignal): Promise<Facts> {
    const names = ["district_code", ...this.#dated];
    const [ids, blocks] = await Promise.all([
      withPlaces ? compoundColumns("ids", {}, signal) : null,
      compoundColumns("columns", { properties: names.join(","), as_of: day }, signal),
    ]);
    if (ids) {
      const places = placesOf(joined(ids, "id"));
      if (places.all.length > MANY) this.marks = marksOf(await compoundColumns("points", {}, signal));
      this.places = places;
      this.#asked = Date.now();
    }
    this.#district = joined(blocks, "district_code");
    return this.#facts((name) => joined(blocks, name));
  }

  /** What is known of a day, or of today, read off without asking; null where the history was not told. */
  read(day: string | null): Facts | null {
    const histories = this.#histories;
    const size = this.places?.all.length;
    if (!histories || !this.#district || size === undefined) return null;
    if (this.#lastRead?.day === day) return this.#lastRead.facts;
    const number = dayNumber(day ?? today());
    const facts = this.#facts((name) => columnOn(histories.get(name)!, number, size));
    this.#lastRead = { day, facts };
    return facts;
  }

  /** Asks what became what on which day, once; then any day can be read off. */
  async learnHistory(signal: AbortSignal): Promise<void> {
    this.#histories ??= await this.#askHistories(signal);
  }

  async #askHistories(signal: AbortSignal): Promise<ReadonlyMap<Dated, History>> {
    const told = this.#dated.map(async (name) => {
      const blocks = await compoundColumns("columns/history", { property: name }, signal);
      return [name, historyOf(name, blocks)] as const;
    });
    return new Map(await Promise.all(told));
  }

  /** The first day on which a compound was rated; null where none was, or the history was not told. */
  get firstDay(): number | null {
    const rated = this.#histories?.get("rated_star");
    return rated ? firstDay(rated) : null;
  }

  /** The star that a compound was given, before the ladder's reductions. */
  ratedStar(facts: Facts, compound: number): number | null {
    const place = this.places ? placeOf(this.places, compound) : -1;
    return place < 0 ? null : (valueAt(facts.rated, place) as number | null);
  }

  #facts(column: (name: Dated) => Column): Facts {
    const standing = STANDINGS.filter((name) => this.#dated.includes(name)).map((name) => [name, column(name)] as const);
    return {
      star: column("effective_star"),
      rated: column("rated_star"),
      district: this.#district!,
      standing: Object.fromEntries(standing),
    };
  }
}

function joined(blocks: readonly Block[], name: string): Column {
  return joinBlocks(blocks.map(({ columns }) => columns.get(name)!));
}
