/** Shows what the keyboard can do, and switches single-key shortcuts off for those whom they disturb. */

import { css, html, LitElement } from "lit";
import { customElement, query } from "lit/decorators.js";
import { t, type MessageKey } from "../i18n";
import { enableShortcuts, shortcutsEnabled } from "../preferences";
import { StoreController } from "../store";
import { shared } from "./shared";

const KEYS: readonly [string, MessageKey][] = [
  ["/", "help.search"],
  ["F", "help.filters"],
  ["L", "help.layers"],
  ["T", "help.list"],
  ["D", "help.days"],
  ["Esc", "help.back"],
  ["?", "help.help"],
  ["↑ ↓ ← →", "help.arrows"],
  ["Enter", "help.enter"],
];

@customElement("help-dialog")
export class HelpDialog extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(440px, calc(100vw - 32px));
        padding: 16px;
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
        margin-bottom: 12px;
        font: var(--text-title);
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 8px 16px;
        align-items: baseline;
      }
      kbd {
        padding: 1px 6px;
        border: 1px solid var(--line-strong);
        border-radius: 4px;
        font: var(--text-small);
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
        margin-top: 16px;
      }
      .end {
        display: flex;
        justify-content: flex-end;
        margin-top: 16px;
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;
  protected readonly store = new StoreController(this);

  get shown(): boolean {
    return this.dialog.open;
  }

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${t("help.title")}</h2>
      <dl>
        ${KEYS.map(
          ([key, meaning]) =>
            html`<dt><kbd>${key}</kbd></dt>
              <dd>${t(meaning)}</dd>`,
        )}
      </dl>
      <label>
        <input
          type="checkbox"
          .checked=${shortcutsEnabled()}
          @change=${(event: Event) => enableShortcuts((event.target as HTMLInputElement).checked)}
        />
        ${t("help.enable")}
      </label>
      <div class="end">
        <button class="primary" @click=${() => this.dialog.close()}>${t("help.close")}</button>
      </div>
    </dialog>`;
  }
}
