/** Starts the page: theme first, so that nothing is painted in the wrong colours, then the elements. */

import "maplibre-gl/dist/maplibre-gl.css";
import "./theme/tokens.css";
import "./theme/app.css";
import "./theme/print.css";
import { applyTheme } from "./preferences";
import "./ui/atlas-app";

applyTheme();
