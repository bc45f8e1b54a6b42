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
  .limit {
    margin: 12px 16px;
    padding: 8px 12px;
    border-radius: var(--radius);
    background: var(--surface-sunken);
  }
  .limit button {
    margin: -4px -8px;
    padding: 0 8px;
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
  .why,
  .counting,
  .measures,
  .gaps {
    font: var(--text-small);
  }
  .why {
    color: var(--ink-quiet);
  }
  .why li + li,
  .counting li + li,
  .measures li + li {
    margin-top: 2px;
  }
  .counting {
    margin-top: 4px;
  }
  .counting b {
    font: var(--text-small);
    font-weight: 600;
  }
  .counting .end {
    flex: none;
    max-width: 50%;
    text-align: right;
  }
  .verdict {
    margin-bottom: 4px;
  }
  ul.standing {
    display: block;
    margin-top: 12px;
  }
  ul.standing > li {
    margin: 0;
    padding: 6px 0;
    border-top: 1px solid var(--line);
  }
  .what {
    flex: none;
    color: var(--ink-quiet);
  }
  .value {
    display: inline-flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    align-items: center;
    gap: 4px 6px;
    margin-left: auto;
    text-align: right;
  }
  .value .tag:first-of-type {
    margin-left: 0;
  }
  .measures {
    margin-top: 4px;
  }
  .measures .end + .tag {
    min-width: 4.5em;
    margin-left: 0;
    text-align: center;
  }
  .reading {
    display: inline;
    margin-left: 4px;
  }
  .reading summary {
    display: inline-block;
    padding: 0;
    color: var(--accent);
  }
  .reading p {
    margin: 4px 0;
    padding: 4px 8px;
    border-left: 2px solid var(--line-strong);
    background: var(--surface-sunken);
  }
  .flags {
    display: grid;
    grid-template-columns: repeat(3, 1fr);
    gap: 2px 8px;
    margin-top: 4px;
    font: var(--text-small);
  }
  .flags li {
    margin: 0;
  }
  .flags .made span:first-child {
    color: var(--good);
  }
  .flags .missing-flag {
    color: var(--danger);
  }
  .flags .unseen {
    color: var(--ink-quiet);
  }
  .gaps {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-top: 4px;
  }
  .gaps li {
    margin: 0;
    padding: 0 6px;
    border-radius: 4px;
    background: var(--surface-hover);
    line-height: 20px;
  }
  .held {
    margin-top: 8px;
  }
  .tags {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-top: 4px;
  }
  button.name {
    min-height: 24px;
    margin-left: -6px;
    padding: 0 6px;
    text-align: left;
  }
  .notice {
    display: flex;
    gap: 8px;
    margin-top: 12px;
  }
  .timeline ol {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 12px;
  }
  .timeline .recorded {
    display: block;
  }
  .timeline ol li {
    display: contents;
  }
  .points {
    margin-top: 8px;
  }
  input[type="date"] {
    height: 32px;
    padding: 0 6px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    font: var(--text-small);
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
  footer label {
    margin-right: auto;
    white-space: nowrap;
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
  @media screen and (max-width: 820px) {
    footer {
      flex-wrap: wrap;
      justify-content: flex-end;
    }
  }
  .skeletons {
    display: grid;
    gap: 20px;
    padding: 24px 16px;
  }
`;
