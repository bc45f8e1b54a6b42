/** Holds the page's state, keeps the URL's fragment in step with it, and tells elements of changes. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { parseFragment, toFragment, type Place, type ViewState } from "./state";

type Listener = (state: ViewState) => void;

class Store {
  /** What the fragment says. */
  #whole = parseFragment(location.hash);
  #mask = (whole: ViewState): ViewState => whole;
  #state = this.#whole;
  readonly #listeners = new Set<Listener>();

  constructor() {
    // Both fire for the back button; a fragment typed by hand fires the second alone.
    addEventListener("popstate", () => this.#read());
    addEventListener("hashchange", () => this.#read());
  }

  get state(): ViewState {
    return this.#state;
  }

  /** Shows the view through `mask`: what that takes away is not shown or asked for, and stays in the address. */
  through(mask: (whole: ViewState) => ViewState): void {
    this.#mask = mask;
    this.#publish(this.#whole);
  }

  /** Changes the state as a step the back button undoes. */
  set(change: Partial<ViewState>): void {
    if (this.#apply(change)) history.pushState(null, "", this.#address());
  }

  /** Notes where the map has come to rest, without a step of its own. */
  setPlace(place: Place): void {
    if (this.#apply({ place })) history.replaceState(null, "", this.#address());
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The address of the view as it is, for a colleague. */
  link(): string {
    return location.origin + this.#address();
  }

  #apply(change: Partial<ViewState>): boolean {
    const next = { ...this.#whole, ...change };
    const changed = toFragment(next) !== toFragment(this.#whole);
    if (changed) this.#publish(next);
    return changed;
  }

  #read(): void {
    const next = parseFragment(location.hash);
    if (toFragment(next) !== toFragment(this.#whole)) this.#publish(next);
  }

  #publish(whole: ViewState): void {
    this.#whole = whole;
    this.#state = this.#mask(whole);
    for (const listener of this.#listeners) listener(this.#state);
  }

  #address(): string {
    const fragment = toFragment(this.#whole);
    // Without what a messenger appended: the next who gets the link need not have it.
    return location.pathname + (fragment ? `#${fragment}` : "");
  }
}

export const store = new Store();

/** Redraws its host on every change of the state. */
export class StoreController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get state(): ViewState {
    return store.state;
  }

  hostConnected(): void {
    this.#stop = store.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}
