/** Builds the page into the API's static folder, and runs the unit tests. */

import { defineConfig } from "vitest/config";

/** The server a `vite dev` page talks to. */
const API = process.env["ATLAS_API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/static/",
  build: {
    outDir: "../api/static",
    emptyOutDir: true,
    target: "es2022",
    // The page's Content-Security-Policy refuses data: scripts and fonts; every asset is a file.
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["index.html", "docs.html"] },
    modulePreload: { polyfill: false },
    // MapLibre and Swagger UI are above Vite's default of 500 kB.
    chunkSizeWarningLimit: 1600,
  },
  worker: { format: "es" },
  server: {
    proxy: { "^/(session|collections|compounds|companies|livez|readyz|docs|openapi.json)": API },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.ts"], css: true, benchmark: { include: ["bench/**/*.bench.ts"] } },
});
