/** What elements ask of the page: to open a compound, to show an area on the map, to open a dialog. */

/** Opens a compound's dossier; `focus` false leaves the keyboard where it is. */
export interface OpenRequest {
  compound: number;
  focus: boolean;
}

/** Moves the map, because the reader asked for it. */
export type ShowRequest =
  | { district: string | null }
  | { street: number }
  | { point: [lon: number, lat: number] };

/** Dialogs about who one is. */
export type DialogName = "sign-in" | "password";

declare global {
  interface HTMLElementEventMap {
    "atlas-open": CustomEvent<OpenRequest>;
    "atlas-show": CustomEvent<ShowRequest>;
    "atlas-dialog": CustomEvent<DialogName>;
  }
}

/** Asks the page to open a compound's dossier. */
export function open(from: EventTarget, compound: number, focus = true): void {
  send(from, "atlas-open", { compound, focus } satisfies OpenRequest);
}

/** Asks the page to show a place on the map. */
export function show(from: EventTarget, request: ShowRequest): void {
  send(from, "atlas-show", request);
}

/** Asks the page to open a dialog. */
export function openDialog(from: EventTarget, name: DialogName): void {
  send(from, "atlas-dialog", name);
}

function send(from: EventTarget, name: string, detail: unknown): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}
