/** Who one is and over what, with what can be done about it; a button to sign in for nobody. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { actUnder, signOut } from "../api/client";
import { openDialog } from "../events";
import { t, time } from "../i18n";
import { otherGrants, reload, SessionController } from "../session";
import { StoreController } from "../store";
import "./drop-down";
import { icon } from "./icons";
import { menuStyles } from "./menu-styles";
import { shared } from "./shared";
import { personName, problemText, roleLine } from "./words";

@customElement("account-menu")
export class AccountMenu extends LitElement {
  static override styles = [
    shared,
    menuStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      drop-down {
        max-width: min(300px, 60vw);
      }
      .role {
        color: var(--ink-quiet);
      }
      @media screen and (max-width: 820px) {
        .label {
          display: none;
        }
      }
      @media print {
        .sign-in {
          display: none;
        }
      }
    `,
  ];

  /** Names of areas in the language of the page, by their codes. */
  @property({ attribute: false }) names: ReadonlyMap<string, string> = new Map();
  @state() private problem = "";

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  protected override render() {
    const { current, ended } = this.session;
    if (!current.signed_in || ended) {
      return html`<button class="sign-in" @click=${() => openDialog(this, "sign-in")}>${t("signIn.open")}</button>`;
    }
    const role = roleLine(current, this.names);
    const name = personName(current);
    const others = otherGrants(current);
    return html`<drop-down>
      <span slot="label">${icon("person")}<span class="visually-hidden">${t("account.label")}</span></span>
      <span slot="label" class="label">${name ? html`${name} <span class="role small">${role}</span>` : role}</span>
      <p class="note">
        <b>${name ?? role}</b>${name ? html`${role}<br />` : nothing}
        ${current.expires_at ? t("account.until", { time: time(current.expires_at) }) : nothing}
      </p>
      ${others.length
        ? html`<p class="note">${t("account.others")}</p>
            <ul>
              ${others.map(
                (grant) =>
                  html`<li>
                    <button class="plain" @click=${() => this.#become(() => actUnder(grant.id))}>
                      ${roleLine(grant, this.names)}
                    </button>
                  </li>`,
              )}
            </ul>`
        : nothing}
      <ul class="after">
        ${current.has_password
          ? html`<li><button class="plain" @click=${this.#password}>${t("password.title")}</button></li>`
          : nothing}
        <li><button class="plain" @click=${() => this.#become(signOut)}>${t("account.signOut")}</button></li>
      </ul>
      <p class="problem" role="alert">${this.problem || nothing}</p>
    </drop-down>`;
  }

  #password(): void {
    this.renderRoot.querySelector("drop-down")?.close();
    openDialog(this, "password");
  }

  async #become(work: () => Promise<void>): Promise<void> {
    this.problem = "";
    try {
      await work();
      reload();
    } catch (error) {
      this.problem = problemText(error);
    }
  }
}
