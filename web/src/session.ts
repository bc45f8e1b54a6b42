/** Holds who is signed in, and tells elements when that is no longer so. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { whenRefused, whoAmI } from "./api/client";
import type { Compound, FeaturePage, Grant, Over, Part, Session } from "./api/types";
import { publicView } from "./state";
import { store } from "./store";

/** Nobody in particular; who one is where the server does not say. */
export const PUBLIC: Session = {
  signed_in: false,
  kind: "public",
  role: "public",
  role_name: { zh: "公众", en: "public" },
  login: null,
  name: null,
  over: null,
  has_password: false,
  must_change: false,
  expires_at: null,
  grants: [],
  demo: null,
  sign_on: null,
};

/** Milliseconds the page waits to be told who one is before it goes on as the public. */
const PATIENCE = 8000;

class Sessions {
  #current = PUBLIC;
  #ended = false;
  #checking = false;
  readonly #listeners = new Set<() => void>();

  /** Who one was when the page was loaded, as which everything on it was asked for. */
  get current(): Session {
    return this.#current;
  }

  /** True once the session of who was signed in holds no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Asks who one is; never fails: what cannot be told is the public. */
  async start(): Promise<void> {
    try {
      this.#current = await whoAmI(AbortSignal.timeout(PATIENCE));
    } catch {
      // The map says itself what it could not read.
    }
    if (!seesStanding(this.#current)) store.through(publicView);
    whenRefused(() => void this.check());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.check();
    });
  }

  /** Asks again, as after a refusal or a stay in another tab, where one may have become another. */
  async check(): Promise<void> {
    if (this.#checking || this.#ended) return;
    this.#checking = true;
    const now = await whoAmI().catch(() => null);
    this.#checking = false;
    if (now === null || sameViewer(now, this.#current)) return;
    if (now.signed_in) return reload();
    this.#ended = true;
    for (const listener of this.#listeners) listener();
  }

  /** What was told, after a look at whether it was told as to the public: the session has ended then. */
  told(page: FeaturePage<Compound>): FeaturePage<Compound> {
    const less = page.features.some(({ properties }) => properties.key_target === undefined);
    if (less && showsStanding()) void this.check();
    return page;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const sessions = new Sessions();

/** Asks for everything anew, as who one is now; the address keeps the view. */
export function reload(): void {
  location.reload();
}

/** Whether what only those may see who see standing is to be shown: not once the session has ended. */
export function showsStanding(): boolean {
  return seesStanding(sessions.current) && !sessions.ended;
}

/** Redraws its host when the session ends. */
export class SessionController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get current(): Session {
    return sessions.current;
  }

  get ended(): boolean {
    return sessions.ended;
  }

  hostConnected(): void {
    this.#stop = sessions.subscribe(() => this.#host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }
}

/** Whether rungs, key targets, exit cases and statuses exist for them; the public has none. */
export function seesStanding({ kind }: Session): boolean {
  return kind !== "public";
}

/** Whether both see the same: the same person under the same grant. */
export function sameViewer(one: Session, other: Session): boolean {
  return one.login === other.login && grantOf(one)?.id === grantOf(other)?.id;
}

/** The grant one acts under. */
export function grantOf({ grants }: Session): Grant | undefined {
  return grants.find(({ current }) => current);
}

/** The grants one could act under instead. */
export function otherGrants({ grants }: Session): Grant[] {
  return grants.filter(({ current }) => !current);
}

/** The part of the demonstration that is played; none for one who signed in with an account of their own. */
export function partOf({ demo, signed_in, login }: Session): Part | undefined {
  return demo?.find(({ part }) => part === (signed_in ? login : "public"));
}

/** Where to sign in through the provider, and come back to where one is now. */
export function signOnAddress({ pathname, search, hash }: Pick<Location, "pathname" | "search" | "hash">): string {
  const here = `${pathname}${search}${hash}`;
  return `/session/oidc?next=${encodeURIComponent(LOCAL.test(here) ? here : "/")}`;
}

/** What the service takes for a path of its own (access/oidc/flow.py). */
const LOCAL = /^\/(?![/\\])[!-[\]-~]{0,999}$/;

/** Whether the parts should be offered: in a demonstration, to nobody yet, and once. */
export function mayInvite({ demo, signed_in }: Session, declined: boolean): boolean {
  return demo !== null && !signed_in && !declined;
}

/** What a grant is over, in words: the name, in the language of the page where `names` knows it. */
export function overName(over: Over | null, names: ReadonlyMap<string, string> = new Map()): string | null {
  return over && (names.get(over.code) ?? over.name);
}
