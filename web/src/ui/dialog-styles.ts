/** How a dialog with a form looks. */

import { css } from "lit";

export const dialogStyles = css`
  dialog {
    width: min(400px, calc(100vw - 32px));
    padding: 20px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow);
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 40%);
  }
  h2 {
    margin-bottom: 8px;
    font: var(--text-title);
  }
  form {
    display: grid;
    gap: 12px;
    margin-top: 12px;
  }
  label {
    display: grid;
    gap: 4px;
  }
  input {
    width: 100%;
    height: 36px;
    padding: 0 10px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface);
  }
  input[aria-invalid="true"] {
    border-color: var(--danger);
  }
  .problem:not(:empty) {
    padding: 8px 12px;
    border-left: 3px solid var(--danger);
    background: var(--surface-sunken);
  }
  .provider {
    display: block;
    margin-top: 12px;
    padding: 8px 12px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    color: var(--ink);
    text-align: center;
    text-decoration: none;
  }
  .end {
    display: flex;
    justify-content: flex-end;
    gap: 8px;
    margin-top: 4px;
  }
`;
