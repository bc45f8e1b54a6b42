/** Offers the parts of the demonstration to who comes for the first time; the map goes on behind it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { play } from "../api/client";
import { t } from "../i18n";
import { decline, declined } from "../preferences";
import { mayInvite, reload, SessionController } from "../session";
import { StoreController } from "../store";
import { said } from "./dossier/reasons";
import { icon } from "./icons";
import { shared } from "./shared";
import { problemText } from "./words";

const NAME = "invite";

/** Plays a part, for which the page is asked anew. */
export async function playing(part: string): Promise<void> {
  await play(part);
  decline(NAME);
  reload();
}

@customElement("demo-invite")
export class DemoInvite extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .card {
        position: relative;
        padding: 16px;
        border: 1px solid var(--demo);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      h2 {
        padding-right: 32px;
        font: var(--text-strong);
      }
      .close {
        position: absolute;
        top: 8px;
        right: 8px;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 12px;
      }
      .problem:not(:empty) {
        margin-top: 8px;
        color: var(--danger);
      }
      @media print {
        :host {
          display: none;
        }
      }
    `,
  ];

  @state() private gone = declined(NAME);
  @state() private problem = "";

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);

  protected override render() {
    const { current } = this.session;
    if (!mayInvite(current, this.gone)) return nothing;
    return html`<div class="card" role="region" aria-labelledby="title">
      <h2 id="title">${t("demo.choose")}</h2>
      <p class="quiet small">${t("demo.note")}</p>
      <button class="plain square close" aria-label=${t("demo.decline")} @click=${() => this.#decline()}>
        ${icon("close")}
      </button>
      <ul>
        ${current.demo!.map(
          (one) =>
            html`<li>
              <button @click=${() => (one.part === "public" ? this.#decline() : this.#play(one.part))}>${said(one)}</button>
            </li>`,
        )}
      </ul>
      <p class="problem small" role="alert">${this.problem || nothing}</p>
    </div>`;
  }

  #decline(): void {
    decline(NAME);
    this.gone = true;
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
