/** Single-key shortcuts, by the key's place on the keyboard, so that they work under any input method. */

import { shortcutsEnabled } from "../preferences";

export type Action = "search" | "filters" | "layers" | "list" | "days" | "help" | "back";

/** The action a key press stands for, or null: while composing, in text fields, with modifiers, or switched off. */
export function actionFor(event: KeyboardEvent): Action | null {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.code === "Escape") return "back";
  if (!shortcutsEnabled() || typesText(event.composedPath()[0])) return null;
  if (event.code === "Slash") return event.shiftKey ? "help" : "search";
  if (event.shiftKey) return null;
  return ({ KeyF: "filters", KeyL: "layers", KeyT: "list", KeyD: "days" } as const)[event.code] ?? null;
}

function typesText(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const typing = "input:not([type=checkbox]):not([type=radio]), textarea, select";
  return target.isContentEditable || target.matches(typing);
}
