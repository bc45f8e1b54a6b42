/** Says that this is a demonstration, and lets anybody play its parts. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n";
import { partOf, SessionController } from "../session";
import { StoreController } from "../store";
import { said } from "./dossier/reasons";
import { playing } from "./demo-invite";
import "./drop-down";
import { menuStyles } from "./menu-styles";
import { shared } from "./shared";
import { problemText } from "./words";

@customElement("demo-parts")
export class DemoParts extends LitElement {
  static override styles = [
    shared,
    menuStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        border: 1px solid var(--demo);
        border-radius: var(--radius);
        background: color-mix(in srgb, var(--demo) 12%, transparent);
      }
      .mark {
        color: var(--demo);
        font-weight: 600;
        white-space: nowrap;
      }
      @media screen and (max-width: 820px) {
        drop-down {
          --panel-right: auto;
          --panel-left: -1px;
        }
        drop-down::part(toggle) {
          width: 100%;
          justify-content: flex-start;
        }
      }
    `,
  ];

  @state() private problem = "";

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  protected override render() {
    const { current, ended } = this.session;
    const part = ended ? undefined : partOf(current);
    return html`<drop-down>
      <span slot="label" class="mark">${t("demo.mark")}</span>
      <span slot="label" class="label">${part ? said(part) : t("demo.none")}</span>
      <p class="note">${t("demo.note")}</p>
      <ul class="choices">
        ${(current.demo ?? []).map(
          (one) =>
            html`<li>
              <button class="plain" aria-current=${one === part} @click=${() => this.#play(one.part)}>${said(one)}</button>
            </li>`,
        )}
      </ul>
      <p class="problem" role="alert">${this.problem || nothing}</p>
    </drop-down>`;
  }

  async #play(part: string): Promise<void> {
    this.problem = "";
    try {
      await playing(part);
    } catch (error) {
      this.problem = problemText(error);
    }
  }
}
