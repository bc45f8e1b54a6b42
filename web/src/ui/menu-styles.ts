/** Choices in a panel that drops down: one a line, the current one marked. */

import { css } from "lit";

export const menuStyles = css`
  [slot="label"]:has(.icon) {
    display: inline-flex;
  }
  .label {
    overflow: hidden;
    color: var(--ink);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  li button {
    width: 100%;
    justify-content: flex-start;
    padding: 6px 8px;
    border: 0;
    text-align: left;
  }
  .choices button::before {
    content: "";
    flex: none;
    width: 16px;
  }
  .choices [aria-current="true"]::before {
    content: "✓" / "";
  }
  .choices [aria-current="true"] {
    color: var(--ink);
    font-weight: 600;
  }
  .note {
    padding: 6px 8px;
    color: var(--ink-quiet);
    font: var(--text-small);
  }
  .note b {
    display: block;
    color: var(--ink);
    font: var(--text-strong);
  }
  .problem:not(:empty) {
    padding: 6px 8px;
    color: var(--danger);
    font: var(--text-small);
  }
  ul + ul,
  .note + ul.after {
    margin-top: 4px;
    padding-top: 4px;
    border-top: 1px solid var(--line);
  }
`;
