/** Styles and small pieces every element uses: buttons, badges of stars, skeletons. */

import { css, html, type TemplateResult } from "lit";
import { starDigit, type StarKey } from "../domain";
import { tCode } from "../i18n";

/** Adopted by every element of the page; tokens come through from the document. */
export const shared = css`
  :host {
    font: var(--text-body);
    color: var(--ink);
    font-variant-numeric: tabular-nums;
  }
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-height: 32px;
    padding: 0 12px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--accent);
    cursor: pointer;
    transition: background-color var(--quick);
  }
  button:hover {
    background: var(--surface-hover);
  }
  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-ink);
    font-weight: 600;
  }
  button.primary:hover {
    filter: brightness(1.08);
  }
  button.plain {
    border-color: transparent;
    background: none;
  }
  button.plain:hover {
    background: var(--surface-hover);
  }
  button.square {
    width: 32px;
    padding: 0;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 1px;
  }
  .quiet {
    color: var(--ink-quiet);
  }
  .small {
    font: var(--text-small);
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .badge {
    display: inline-grid;
    place-items: center;
    flex: none;
    width: 20px;
    height: 20px;
    border: 1px solid var(--mark-outline);
    border-radius: 4px;
    font: 600 12px/1 var(--font);
    color: #000;
  }
  .star-0 {
    background: repeating-linear-gradient(-45deg, rgb(255 255 255 / 45%) 0 1.5px, transparent 1.5px 5px),
      var(--star-0);
    color: #fff;
    text-shadow: 0 0 3px var(--star-0), 0 0 3px var(--star-0);
  }
  .star-1 {
    background: var(--star-1);
    color: #fff;
  }
  .star-2 {
    background: var(--star-2);
  }
  .star-3 {
    background: var(--star-3);
  }
  .star-4 {
    background: var(--star-4);
  }
  .star-5 {
    background: var(--star-5);
    color: #fff;
  }
  .star-unrated {
    background: var(--star-unrated);
    border-style: dashed;
  }
  .tag {
    padding: 0 6px;
    border-radius: 4px;
    background: var(--surface-hover);
    color: var(--ink-quiet);
    font: var(--text-small);
    line-height: 20px;
    white-space: nowrap;
  }
  .tag.good {
    color: var(--good);
  }
  .tag.warn {
    color: var(--warn);
  }
  .tag.danger {
    color: var(--danger);
  }
  .skeleton {
    display: block;
    height: 12px;
    border-radius: 4px;
    background: var(--surface-hover);
  }
  @media (prefers-reduced-motion: no-preference) {
    .skeleton {
      animation: breathe 1.2s ease-in-out infinite alternate;
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
`;

/** The mark of a class as it stands on the map: fill, outline and digit. */
export function starBadge(star: StarKey): TemplateResult {
  return html`<span class="badge star-${star}" aria-hidden="true">${starDigit(star)}</span>`;
}

/** The mark with its name, for text. */
export function starWithName(star: StarKey): TemplateResult {
  return html`${starBadge(star)}<span>${tCode("star", star)}</span>`;
}

/** Grey bars in the shape of `lines` lines to come. */
export function skeletonLines(lines: number): TemplateResult {
  const line = html`<span class="skeleton"></span>`;
  return html`<div class="skeletons" aria-busy="true">${Array.from({ length: lines }, () => line)}</div>`;
}
