/** Draws /openapi.json with Swagger UI, to read and to try. */

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

SwaggerUI({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  // Some 160 routes: their groups first, each opened by whoever wants it.
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
});
