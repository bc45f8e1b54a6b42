/**
 * Starts the page: theme first, so that nothing is painted in the wrong colours, then who is signed in, on whom it
 * depends what is shown and asked for, then the elements.
 */

import "maplibre-gl/dist/maplibre-gl.css";
import "./theme/tokens.css";
import "./theme/app.css";
import "./theme/print.css";
import { applyTheme } from "./preferences";
import { sessions } from "./session";

applyTheme();
// The page is the larger part, and comes while the server is asked.
await Promise.all([sessions.start(), import("./ui/atlas-app")]);
document.body.prepend(document.createElement("atlas-app"));
