/** Says that the session has ended, and how to go on. */

import { css, html, LitElement, nothing } from "lit";
import { customElement } from "lit/decorators.js";
import { openDialog } from "../events";
import { t } from "../i18n";
import { SessionController } from "../session";
import { StoreController } from "../store";
import { shared } from "./shared";

@customElement("session-note")
export class SessionNote extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .note {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: 8px 16px;
        padding: 12px 12px 12px 16px;
        border-left: 3px solid var(--danger);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      p {
        flex: 1 1 240px;
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  protected override render() {
    return html`<div role="alert">
      ${this.session.ended
        ? html`<div class="note">
            <p><strong>${t("session.ended")}</strong> ${t(this.session.current.demo ? "session.wayDemo" : "session.way")}</p>
            <button class="primary" @click=${() => openDialog(this, "sign-in")}>${t("signIn.open")}</button>
          </div>`
        : nothing}
    </div>`;
  }
}
