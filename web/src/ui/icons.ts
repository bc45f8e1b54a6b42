/** The page's icons: 16 px outlines in the colour of the text. */

import { html, svg, type TemplateResult } from "lit";

const PATHS = {
  search: svg`<circle cx="7" cy="7" r="4.5" /><path d="M10.5 10.5 14 14" />`,
  filter: svg`<path d="M2 4h12M4 8h8M6.5 12h3" />`,
  layers: svg`<path d="m8 2 6 3.2L8 8.4 2 5.2zM2.5 8.2 8 11l5.5-2.8M2.5 11 8 13.8l5.5-2.8" />`,
  list: svg`<path d="M5.5 4H14M5.5 8H14M5.5 12H14M2 4h.5M2 8h.5M2 12h.5" />`,
  close: svg`<path d="m4 4 8 8M12 4l-8 8" />`,
  sun: svg`<circle cx="8" cy="8" r="3" /><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7" />`,
  moon: svg`<path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" />`,
  keyboard: svg`<rect x="1.5" y="4" width="13" height="8" rx="1.5" /><path d="M4 6.5h.5M7 6.5h.5M10 6.5h.5M12 9.5h-.5M4 9.5h.5M6.5 9.5h3" />`,
  plus: svg`<path d="M8 3v10M3 8h10" />`,
  minus: svg`<path d="M3 8h10" />`,
  fit: svg`<path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />`,
  left: svg`<path d="M9.5 4 5.5 8l4 4" />`,
  right: svg`<path d="m6.5 4 4 4-4 4" />`,
  up: svg`<path d="m4 9.5 4-4 4 4" />`,
  down: svg`<path d="m4 6.5 4 4 4-4" />`,
  link: svg`<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2A2.6 2.6 0 0 0 9 3.3l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9a2.6 2.6 0 0 0 3.7 3.7l.800-.800" />`,
  person: svg`<circle cx="8" cy="5.5" r="2.8" /><path d="M2.5 14a5.5 5.5 0 0 1 11 0" />`,
  day: svg`<rect x="2.5" y="3.5" width="11" height="10" rx="1.5" /><path d="M2.5 6.5h11M5.5 2v2.500M10.500 2v2.500" />`,
  pin: svg`<path d="M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14z" /><circle cx="8" cy="6.5" r="1.5" />`,
} as const;

export type IconName = keyof typeof PATHS;

/** An icon that says nothing to a screen reader; its button carries the words. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    ${PATHS[name]}
  </svg>`;
}
