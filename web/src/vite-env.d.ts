/// <reference types="vite/client" />

declare module "maplibre-gl/dist/maplibre-gl-worker.mjs" {
  export default class Worker {}
}
