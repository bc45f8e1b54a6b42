/** Fetches what an element shows, again whenever its key changes, and drops what nobody waits for any more. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Milliseconds before a wait shows the shape of what comes. */
const PATIENCE = 150;

/** Keeps the newest answer to a question; the question is asked anew when `key` gives another text. */
export class Query<T> implements ReactiveController {
  /** The newest answer, kept while its successor is on the way only if the key allows it. */
  data: T | null = null;
  error: unknown = null;
  /** True once the wait has lasted long enough to be shown. */
  waiting = false;

  #key: string | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param host the element to redraw
   * @param key what is asked, as text; null asks nothing
   * @param ask fetches the answer
   * @param keep whether the old answer stays on screen until the new one is here
   */
  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly key: () => string | null,
    private readonly ask: (signal: AbortSignal) => Promise<T>,
    private readonly keep = true,
  ) {
    host.addController(this);
  }

  hostUpdate(): void {
    const key = this.key();
    if (key === this.#key) return;
    this.#key = key;
    void this.#run();
  }

  hostDisconnected(): void {
    this.#abort?.abort();
    this.#key = null;
  }

  /** Asks the same again, after a failure. */
  retry(): void {
    void this.#run();
    this.host.requestUpdate();
  }

  async #run(): Promise<void> {
    this.#abort?.abort();
    clearTimeout(this.#timer);
    this.error = null;
    this.waiting = false;
    if (!this.keep || this.#key === null) this.data = null;
    if (this.#key === null) return;
    const abort = (this.#abort = new AbortController());
    this.#timer = setTimeout(() => this.#show({ waiting: true }), PATIENCE);
    try {
      const data = await this.ask(abort.signal);
      if (!abort.signal.aborted) this.#show({ data, waiting: false });
    } catch (error) {
      if (!abort.signal.aborted) this.#show({ error, waiting: false });
    } finally {
      if (this.#abort === abort) clearTimeout(this.#timer);
    }
  }

  #show(change: { data?: T; error?: unknown; waiting?: boolean }): void {
    Object.assign(this, change);
    this.host.requestUpdate();
  }
}
