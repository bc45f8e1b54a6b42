import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { enableShortcuts } from "../src/preferences";
import { actionFor, type Action } from "../src/ui/shortcuts";

/** The action of a key pressed on an element. */
function press(init: KeyboardEventInit, on: HTMLElement = document.body): Action | null {
  let action: Action | null = null;
  const listen = (event: KeyboardEvent) => (action = actionFor(event));
  addEventListener("keydown", listen, { once: true });
  on.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, composed: true, cancelable: true, ...init }));
  return action;
}

function element(markup: string): HTMLElement {
  document.body.innerHTML = markup;
  return document.body.firstElementChild as HTMLElement;
}

beforeEach(() => enableShortcuts(true));
afterEach(() => void (document.body.innerHTML = ""));

describe("a shortcut", () => {
  it.each([
    [{ code: "Slash" }, "search"],
    [{ code: "Slash", shiftKey: true }, "help"],
    [{ code: "KeyF" }, "filters"],
    [{ code: "KeyL" }, "layers"],
    [{ code: "KeyT" }, "list"],
    [{ code: "KeyD" }, "days"],
    [{ code: "Escape" }, "back"],
    [{ code: "KeyQ" }, null],
    [{ code: "KeyF", ctrlKey: true }, null],
    [{ code: "KeyF", shiftKey: true }, null],
  ] as const)("of %o is %s", (init, action) => {
    expect(press(init)).toBe(action);
  });

  it("goes by the key's place, whatever the input method makes of it", () => {
    expect(press({ code: "KeyT", key: "т" })).toBe("list");
  });

  it("keeps out of Chinese being composed", () => {
    expect(press({ code: "KeyF", isComposing: true })).toBeNull();
  });

  it.each(["<input>", "<textarea></textarea>", "<select></select>"])("keeps out of %s", (markup) => {
    expect(press({ code: "KeyF" }, element(markup))).toBeNull();
    expect(press({ code: "Escape" }, element(markup))).toBe("back");
  });

  it("works on a check box, which takes no text", () => {
    expect(press({ code: "KeyF" }, element('<input type="checkbox">'))).toBe("filters");
  });

  it("can be switched off, all but Escape", () => {
    enableShortcuts(false);
    expect(press({ code: "KeyF" })).toBeNull();
    expect(press({ code: "Escape" })).toBe("back");
  });
});
