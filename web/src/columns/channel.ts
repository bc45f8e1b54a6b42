/** How the page and the map's worker tell each other of classes: a channel of this page alone. */

import type { Marks } from "./marks";
import type { Places } from "./places";

/** The scheme of the addresses of tiles that get classes. */
export const SCHEME = "classed";

/** From the page: the classes by place, newer with each version; where compounds stand, where that is new too. */
export interface Told {
  version: number;
  classes: Uint8Array;
  ground: Ground | null;
}

/** Where compounds stand in the columns, and on the map where tiles do not say it. */
export interface Ground {
  places: Places;
  marks: Marks | null;
}

/** From the worker: that it listens from now on. */
export interface Listening {
  listening: true;
}

/** The address of a tile for the style: of the page's channel, and of no older classes than the version. */
export function tileAddress(channel: string, version: number, path: string): string {
  return `${SCHEME}://${channel}/${version}${path}`;
}

/** What such an address says; null for another. */
export function readAddress(address: string): { channel: string; version: number; path: string } | null {
  const found = /^classed:\/\/([\w-]+)\/(\d+)(\/.*)$/.exec(address);
  return found && { channel: found[1]!, version: Number(found[2]), path: found[3]! };
}
