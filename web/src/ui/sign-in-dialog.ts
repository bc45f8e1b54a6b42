/** Asks for login and password. */

import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { Problem, signIn } from "../api/client";
import { t } from "../i18n";
import { reload, SessionController, signOnAddress } from "../session";
import { StoreController } from "../store";
import { dialogStyles } from "./dialog-styles";
import { said } from "./dossier/reasons";
import { shared } from "./shared";
import { signInProblem, waitText } from "./words";

@customElement("sign-in-dialog")
export class SignInDialog extends LitElement {
  static override styles = [shared, dialogStyles];

  @query("dialog") private dialog!: HTMLDialogElement;
  @query("[name=login]") private login!: HTMLInputElement;
  @query("[name=password]") private password!: HTMLInputElement;
  @state() private problem = "";
  @state() private sending = false;
  /** Seconds until the next try is taken. */
  @state() private wait = 0;

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);
  #clock: ReturnType<typeof setInterval> | undefined;

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
    this.login.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
  }

  protected override render() {
    const wrong = this.problem !== "" && this.wait === 0;
    return html`<dialog
      aria-labelledby="title"
      @keydown=${(event: Event) => event.stopPropagation()}
      @close=${this.#forget}
    >
      <h2 id="title">${t("signIn.title")}</h2>
      <p class="quiet small">${t(this.session.current.demo ? "signIn.demo" : "signIn.note")}</p>
      ${this.#provider()}
      <form @submit=${this.#submit}>
        <label>
          ${t("signIn.login")}
          <input
            name="login"
            type="text"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            required
            maxlength="200"
            aria-invalid=${wrong}
            aria-describedby="problem"
          />
        </label>
        <label>
          ${t("signIn.password")}
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            maxlength="200"
            aria-invalid=${wrong}
            aria-describedby="problem"
          />
        </label>
        <p id="problem" class="problem" role="alert">${this.problem || nothing}</p>
        <div class="end">
          <button type="button" @click=${() => this.dialog.close()}>${t("dialog.cancel")}</button>
          <button class="primary" ?disabled=${this.sending || this.wait > 0}>
            ${this.wait ? t("signIn.later", { wait: waitText(this.wait) }) : t("signIn.submit")}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  /** The office's own way in, where it has one; a link, as the browser goes there itself. */
  #provider() {
    const { sign_on } = this.session.current;
    if (!sign_on) return nothing;
    return html`<a class="provider" href=${signOnAddress(location)}>
      ${t("signIn.provider", { name: said(sign_on) })}
    </a>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.sending || this.wait) return;
    this.sending = true;
    this.problem = "";
    try {
      await signIn(this.login.value, this.password.value);
      reload();
    } catch (error) {
      this.sending = false;
      this.problem = signInProblem(error);
      if (error instanceof Problem && error.retryAfter) this.#count(error.retryAfter);
      this.password.select();
    }
  }

  #count(seconds: number): void {
    clearInterval(this.#clock);
    this.wait = seconds;
    this.#clock = setInterval(() => {
      this.wait -= 1;
      if (this.wait > 0) return;
      clearInterval(this.#clock);
      this.problem = "";
    }, 1000);
  }

  /** A password stays nowhere. */
  #forget(): void {
    this.password.value = "";
    if (!this.wait) this.problem = "";
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "sign-in-dialog": SignInDialog;
  }
}
