import type { ReactiveController } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Query } from "../src/query";

/** A host that updates its controllers at once, as an element does a little later. */
class Host {
  readonly updateComplete = Promise.resolve(true);
  controllers: ReactiveController[] = [];
  updates = 0;

  addController(controller: ReactiveController): void {
    this.controllers.push(controller);
  }

  removeController(): void {}

  requestUpdate(): void {
    this.updates++;
    for (const controller of this.controllers) controller.hostUpdate?.();
  }
}

/** A question whose answers arrive when the test says so. */
function setUp(keep = true) {
  const host = new Host();
  const asked: { key: string; signal: AbortSignal; give: (text: string) => void; fail: (error: Error) => void }[] = [];
  const key: { now: string | null } = { now: "a" };
  const ask = (signal: AbortSignal) =>
    new Promise<string>((give, fail) => asked.push({ key: key.now!, signal, give, fail }));
  const query = new Query(host, () => key.now, ask, keep);
  const turnTo = (next: string | null) => {
    key.now = next;
    host.requestUpdate();
  };
  host.requestUpdate();
  return { asked, query, turnTo };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a query", () => {
  it("shows that it waits only after 150 ms", async () => {
    const { asked, query } = setUp();
    await vi.advanceTimersByTimeAsync(149);
    expect(query.waiting).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(query.waiting).toBe(true);
    asked[0]!.give("answer");
    await vi.runAllTimersAsync();
    expect(query).toMatchObject({ data: "answer", waiting: false, error: null });
  });

  it("asks once for one key", () => {
    const { asked, turnTo } = setUp();
    turnTo("a");
    expect(asked.length).toBe(1);
  });

  it("drops an answer that comes after its question has changed", async () => {
    const { asked, query, turnTo } = setUp();
    turnTo("b");
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.give("new");
    asked[0]!.give("old");
    await vi.runAllTimersAsync();
    expect(query.data).toBe("new");
  });

  it("keeps the old answer on screen until the new is here, if told to", async () => {
    const { asked, query, turnTo } = setUp(true);
    asked[0]!.give("old");
    await vi.runAllTimersAsync();
    turnTo("b");
    expect(query.data).toBe("old");
  });

  it("shows nothing of the old answer, if told so", async () => {
    const { asked, query, turnTo } = setUp(false);
    asked[0]!.give("old");
    await vi.runAllTimersAsync();
    turnTo("b");
    expect(query.data).toBeNull();
  });

  it("can be asked again after a failure", async () => {
    const { asked, query } = setUp();
    asked[0]!.fail(new Error("down"));
    await vi.runAllTimersAsync();
    expect(query.error).toMatchObject({ message: "down" });
    query.retry();
    asked[1]!.give("up");
    await vi.runAllTimersAsync();
    expect(query).toMatchObject({ data: "up", error: null });
  });

  it("asks nothing without a key", async () => {
    const { asked, query, turnTo } = setUp();
    turnTo(null);
    await vi.runAllTimersAsync();
    expect(asked.length).toBe(1);
    expect(query).toMatchObject({ data: null, waiting: false });
  });
});
