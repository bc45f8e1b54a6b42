/** Changes one's password; whoever still has the one they were handed must, before anything else. */

import { html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { changePassword, signOut } from "../api/client";
import { t } from "../i18n";
import { reload, SessionController } from "../session";
import { StoreController } from "../store";
import { dialogStyles } from "./dialog-styles";
import { shared } from "./shared";
import { passwordProblem, passwordRefused, SHORTEST } from "./words";

@customElement("password-dialog")
export class PasswordDialog extends LitElement {
  static override styles = [shared, dialogStyles];

  @query("dialog") private dialog!: HTMLDialogElement;
  @query("form") private form!: HTMLFormElement;
  @state() private problem = "";
  @state() private sending = false;

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override firstUpdated(): void {
    if (this.#forced) this.show();
  }

  get #forced(): boolean {
    return this.session.current.must_change && !this.session.ended;
  }

  protected override render() {
    const { login } = this.session.current;
    return html`<dialog
      aria-labelledby="title"
      @keydown=${(event: Event) => event.stopPropagation()}
      @cancel=${(event: Event) => this.#forced && event.preventDefault()}
      @close=${this.#closed}
    >
      <h2 id="title">${t("password.title")}</h2>
      <p class="quiet small">
        ${this.#forced ? t("password.forced") : nothing} ${t("password.rule", { count: SHORTEST })}
      </p>
      <form @submit=${this.#submit}>
        <input type="text" name="username" autocomplete="username" .value=${login ?? ""} hidden />
        ${this.#field("old", t("password.old"), "current-password")}
        ${this.#field("next", t("password.new"), "new-password")}
        ${this.#field("again", t("password.again"), "new-password")}
        <p id="problem" class="problem" role="alert">${this.problem || nothing}</p>
        <div class="end">
          ${this.#forced
            ? html`<button type="button" @click=${this.#leave}>${t("account.signOut")}</button>`
            : html`<button type="button" @click=${() => this.dialog.close()}>${t("dialog.cancel")}</button>`}
          <button class="primary" ?disabled=${this.sending}>${t("password.submit")}</button>
        </div>
      </form>
    </dialog>`;
  }

  #field(name: string, label: string, autocomplete: "current-password" | "new-password") {
    return html`<label>
      ${label}
      <input name=${name} type="password" autocomplete=${autocomplete} required maxlength="200" aria-describedby="problem" />
    </label>`;
  }

  async #submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = new FormData(this.form);
    const [old, next, again] = ["old", "next", "again"].map((name) => String(given.get(name)));
    this.problem = passwordProblem(old!, next!, again!) ?? "";
    if (this.problem || this.sending) return;
    await this.#send(() => changePassword(old!, next!));
  }

  #leave(): void {
    void this.#send(signOut);
  }

  async #send(work: () => Promise<void>): Promise<void> {
    this.sending = true;
    try {
      await work();
      reload();
    } catch (error) {
      this.sending = false;
      this.problem = passwordRefused(error);
    }
  }

  /** A browser closes a dialog at the second Escape, whatever the page says to the first. */
  #closed(): void {
    this.form.reset();
    this.problem = "";
    if (this.#forced) this.show();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "password-dialog": PasswordDialog;
  }
}
