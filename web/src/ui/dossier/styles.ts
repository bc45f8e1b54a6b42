/** How a dossier is set: dense, in sections, figures aligned. */

import { css } from "lit";

export const dossierStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    background: var(--surface);
    border-left: 1px solid var(--line);
    box-shadow: var(--shadow);
  }
  header {
    display: flex;
    align-items: flex-start;
    gap: 8px;
    min-height: 68px;
    padding: 12px 8px 8px 16px;
    border-bottom: 1px solid var(--line);
  }
  .title {
    flex: 1;
    min-width: 0;
  }
  h2 {
    font: var(--text-title);
    overflow-wrap: anywhere;
  }
  .scroll {
    flex: 1;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .scroll:focus-visible {
    outline-offset: -2px;
  }
  section {
    padding: 12px 16px;
    border-bottom: 1px solid var(--line);
  }
  section:last-child {
    border-bottom: 0;
  }
  h3 {
    display: flex;
    align-items: baseline;
    margin-bottom: 8px;
    font: var(--text-strong);
  }
  .row {
    color: var(--ink-quiet);
    font-weight: 400;
    white-space: pre;
  }
  .remark {
    margin-left: auto;
    color: var(--ink-quiet);
    font: var(--text-small);
  }
  .line {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .line.top {
    align-items: baseline;
  }
  .line b {
    font-weight: 500;
  }
  .line .tag:first-of-type,
  .line .end {
    margin-left: auto;
  }
  .standing {
    flex-wrap: wrap;
    margin-top: 4px;
    row-gap: 0;
  }
  li + li {
    margin-top: 8px;
  }
  .past {
    color: var(--ink-quiet);
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 16px;
  }
  dt {
    color: var(--ink-quiet);
  }
  .bars {
    margin: 8px 0;
    gap: 2px 12px;
    font: var(--text-small);
  }
  .bars dd {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .bars svg {
    flex: 1;
    height: 6px;
    border-radius: 3px;
  }
  .bars dd span {
    width: 36px;
    text-align: right;
  }
  .track {
    fill: var(--surface-hover);
  }
  .fill {
    fill: var(--line-strong);
  }
  details {
    border-radius: var(--radius);
  }
  summary {
    padding: 4px 0;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary b {
    color: var(--accent);
  }
  .pairs {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 6px 24px;
  }
  .pairs li {
    margin: 0;
  }
  .marks {
    display: flex;
    gap: 8px;
    padding: 12px 16px 0;
  }
  .mark {
    padding: 0 6px;
    border: 1px dashed var(--line-strong);
    border-radius: 4px;
    color: var(--ink-quiet);
    font: var(--text-small);
  }
  .more {
    margin: 8px 0 0 -12px;
  }
  .missing {
    padding: 16px;
  }
  a {
    color: var(--accent);
    text-decoration: none;
    white-space: nowrap;
  }
  a:hover {
    text-decoration: underline;
  }
  footer {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 8px 16px;
    border-top: 1px solid var(--line);
  }
  footer span {
    margin-right: auto;
  }
  footer button {
    white-space: nowrap;
  }
  @media print {
    header button,
    footer button {
      display: none;
    }
    .scroll {
      overflow: visible;
    }
    section {
      break-inside: avoid;
    }
  }
  @media (max-width: 820px) {
    footer span {
      display: none;
    }
    footer {
      justify-content: flex-end;
    }
  }
  .skeletons {
    display: grid;
    gap: 20px;
    padding: 24px 16px;
  }
`;
