/** Starts the page that describes the API. */

import "../theme/tokens.css";
import "./docs.css";
import { applyTheme } from "../preferences";
import "./api-docs";

applyTheme();
