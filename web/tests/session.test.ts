import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../src/api/client";
import type { Grant, Session } from "../src/api/types";
import {
  mayInvite,
  otherGrants,
  overName,
  partOf,
  PUBLIC,
  sameViewer,
  seesStanding,
  sessions,
  signOnAddress,
} from "../src/session";
import { START } from "../src/state";
import { store } from "../src/store";
import { passwordProblem, passwordRefused, personName, roleLine, signInProblem, waitText } from "../src/ui/words";

const grant = (id: number, current: boolean): Grant => ({
  id,
  role: "district_officer",
  role_name: { zh: "县（市）区", en: "district officer" },
  over: { code: "640106", name: "金凤区" },
  current,
});

const OFFICER: Session = {
  ...PUBLIC,
  ...grant(1, true),
  signed_in: true,
  kind: "area",
  login: "zhang",
  name: "张三",
  grants: [grant(1, true), grant(2, false)],
};

const DEMO = [
  { part: "demo-district", zh: "县（市）区", en: "District office" },
  { part: "public", zh: "公众", en: "Public" },
];

describe("who one is", () => {
  it("says over what and in which role", () => {
    expect(roleLine(OFFICER)).toBe("金凤区 · 县（市）区");
    expect(roleLine(OFFICER, new Map([["640106", "Jinfeng District"]]))).toBe("Jinfeng District · 县（市）区");
    expect(roleLine({ ...OFFICER, over: null })).toBe("县（市）区");
    expect(overName({ code: "7", name: null })).toBeNull();
  });

  it("has a name, unless a part is played", () => {
    const played = { ...OFFICER, login: "demo-district", name: "县（市）区", demo: DEMO };
    expect(personName(OFFICER)).toBe("张三");
    expect(personName(played)).toBeNull();
    expect(personName(PUBLIC)).toBeNull();
  });

  it("comes back from the provider to the same view", () => {
    const next = (pathname: string, search: string, hash: string) =>
      new URL(signOnAddress({ pathname, search, hash }), "https://map.example.cn").searchParams.get("next");
    expect(next("/", "?f=html", "#compound=1&list=1")).toBe("/?f=html#compound=1&list=1");
    expect(next("/", "", "#" + "a".repeat(2000))).toBe("/");
    expect(next("//evil.example", "", "")).toBe("/");
    expect(next("/", "", "#a\\b")).toBe("/");
  });

  it("is told apart by person and grant", () => {
    expect(sameViewer(OFFICER, { ...OFFICER, expires_at: "2026-11-28T00:00:00Z" })).toBe(true);
    expect(sameViewer(OFFICER, { ...OFFICER, grants: [grant(1, false), grant(2, true)] })).toBe(false);
    expect(sameViewer(OFFICER, PUBLIC)).toBe(false);
    expect(otherGrants(OFFICER).map(({ id }) => id)).toEqual([2]);
  });

  it("decides whether there are standings", () => {
    expect(seesStanding(OFFICER)).toBe(true);
    expect(seesStanding(PUBLIC)).toBe(false);
  });
});

describe("the demonstration", () => {
  it("marks the part that is played", () => {
    expect(partOf({ ...PUBLIC, demo: DEMO })?.part).toBe("public");
    expect(partOf({ ...OFFICER, login: "demo-district", demo: DEMO })?.part).toBe("demo-district");
    expect(partOf({ ...OFFICER, demo: DEMO })).toBeUndefined();
    expect(partOf(PUBLIC)).toBeUndefined();
  });

  it("is offered to nobody in particular, until declined", () => {
    expect(mayInvite({ ...PUBLIC, demo: DEMO }, false)).toBe(true);
    expect(mayInvite({ ...PUBLIC, demo: DEMO }, true)).toBe(false);
    expect(mayInvite(PUBLIC, false)).toBe(false);
    expect(mayInvite({ ...OFFICER, demo: DEMO }, false)).toBe(false);
  });
});

describe("what was refused", () => {
  const refused = (status: number, detail = "", wait: number | null = null) => new Problem(status, detail, null, null, wait);

  it("is said of a sign-in in words", () => {
    expect(signInProblem(refused(401))).toBe("登录名或密码不正确。");
    expect(signInProblem(refused(429, "", 90))).toContain("2 分钟");
    expect(signInProblem(refused(0))).toContain("连接不上");
    expect(waitText(59)).toContain("59 秒");
  });

  it("is said of a password before it is sent", () => {
    expect(passwordProblem("old", "short", "short")).toContain("12");
    expect(passwordProblem("old", "long enough words", "long enough word")).toContain("不一致");
    expect(passwordProblem("long enough words", "long enough words", "long enough words")).toContain("相同");
    expect(passwordProblem("old", "long enough words", "long enough words")).toBeNull();
  });

  it("is said of a password by what the server found", () => {
    expect(passwordRefused(refused(422, "the password until now is not right: nothing was changed"))).toContain("不正确");
    expect(passwordRefused(refused(422, "the password is a common one"))).toContain("太常见");
    expect(passwordRefused(refused(500, "broken"))).toBe("服务器出错了。");
    expect(passwordRefused(refused(409, "it changed meanwhile"))).toBe("it changed meanwhile");
  });
});

describe("the page of the public", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    store.through((whole) => whole);
    store.set(START);
  });

  it("drops filters that are not for it, and keeps them in the address", async () => {
    store.set({ only: ["key_target"], company: 7, compound: 5 });
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify(PUBLIC)));
    await sessions.start();
    expect(store.state).toMatchObject({ only: [], company: null, compound: 5 });
    store.set({ list: true });
    expect(location.hash).toBe("#only=key_target&compound=5&company=7&list=1");
  });
});
