/** Says things in the reader's language, from one typed catalogue. */

import { store } from "../store";
import { en } from "./en";
import type { Language } from "./language";
import { zh } from "./zh";

export type MessageKey = keyof typeof zh;
export type Catalogue = Record<MessageKey, string>;
type Values = Record<string, string | number>;

export const CATALOGUES: Record<Language, Catalogue> = { "zh-CN": zh, en };

/** The message in the language of the view, its `{names}` filled in; numbers get thousands separators. */
export function t(key: MessageKey, values: Values = {}): string {
  return fill(CATALOGUES[store.state.language][key], values);
}

/** The message for a value of a code list, or the value itself where the catalogue has no word for it. */
export function tCode(list: string, value: string): string {
  const key = `${list}.${value}`;
  return key in zh ? t(key as MessageKey) : value;
}

/** Fills `{name}` places of a message; a name without a value stays visible. */
export function fill(message: string, values: Values): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = values[name];
    if (value === undefined) return place;
    return typeof value === "number" ? number(value) : value;
  });
}

/** A count or measure with thousands separators, at most one decimal. */
export function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** A list of words joined the way the language joins them. */
export function joined(words: readonly string[]): string {
  return words.join(store.state.language === "en" ? ", " : "、");
}

/** The name to show for something that may have an English one. */
export function named(thing: { name: string; name_en?: string | null }): string {
  return (store.state.language === "en" && thing.name_en) || thing.name;
}

/** A moment on China's clock, to the minute. */
export function time(moment: string): string {
  const parts = { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" } as const;
  return new Intl.DateTimeFormat("sv-SE", parts).format(new Date(moment));
}

/** Today in China, as YYYY-MM-DD. */
export function today(now: Date = new Date()): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(now);
}
