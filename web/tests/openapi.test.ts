import { describe, expect, it } from "vitest";
import { address, operations, type OpenApi } from "../src/docs/openapi";

const description: OpenApi = {
  info: { title: "Atlas", version: "1" },
  paths: {
    "/compounds/{id}": {
      get: {
        summary: "Dossier",
        tags: ["compounds"],
        parameters: [
          { name: "id", in: "path", required: true, schema: { examples: [7] } },
          { name: "as_of", in: "query", schema: { default: null } },
          { name: "X-Trace", in: "header" },
        ],
      },
      delete: { summary: "never shown" },
    },
  },
};

describe("the API's description", () => {
  const [dossier, ...others] = operations(description);

  it("lists what can be read", () => {
    expect(others).toEqual([]);
    expect(dossier).toMatchObject({ method: "GET", path: "/compounds/{id}", tag: "compounds" });
    expect(dossier?.parameters.map(({ name, example }) => [name, example])).toEqual([["id", "7"], ["as_of", ""]]);
  });

  it("becomes an address with the values given, escaped, and no empty ones", () => {
    expect(address(dossier!, { id: "7/8", as_of: "" })).toBe("/compounds/7%2F8");
    expect(address(dossier!, { id: "7", as_of: "2026-11-23" })).toBe("/compounds/7?as_of=2026-11-23");
  });
});
