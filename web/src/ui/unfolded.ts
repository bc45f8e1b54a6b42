/** On paper the legend stands beside the map, however its panel was left on the screen. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Unfolds its host while the page is printed. */
export class Unfolded implements ReactiveController {
  readonly #host: ReactiveControllerHost & { collapsed: boolean };
  #before = false;

  constructor(host: ReactiveControllerHost & { collapsed: boolean }) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener("beforeprint", this.#unfold);
    addEventListener("afterprint", this.#restore);
  }

  hostDisconnected(): void {
    removeEventListener("beforeprint", this.#unfold);
    removeEventListener("afterprint", this.#restore);
  }

  readonly #unfold = (): void => {
    this.#before = this.#host.collapsed;
    this.#host.collapsed = false;
  };

  readonly #restore = (): void => {
    this.#host.collapsed = this.#before;
  };
}
