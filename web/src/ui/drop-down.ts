/** A button with a panel under it, for a few choices: its label in the slot `label`, what opens as its content. */

import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { icon } from "./icons";
import { shared } from "./shared";

@customElement("drop-down")
export class DropDown extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        display: block;
        min-width: 0;
      }
      .toggle {
        max-width: 100%;
        padding: 0 8px;
      }
      .toggle > .icon {
        transition: transform var(--quick);
      }
      [aria-expanded="true"] > .icon {
        transform: rotate(180deg);
      }
      .panel {
        position: absolute;
        top: calc(100% + 4px);
        right: var(--panel-right, 0);
        left: var(--panel-left, auto);
        z-index: 1;
        min-width: 200px;
        max-width: min(320px, calc(100vw - 16px));
        max-height: calc(100dvh - 72px);
        overflow-y: auto;
        padding: 4px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
        white-space: normal;
      }
      @media print {
        .toggle {
          border: 0;
        }
        .toggle > .icon,
        .panel {
          display: none;
        }
      }
    `,
  ];

  @property({ type: Boolean, reflect: true }) opened = false;

  @query(".toggle") private toggle!: HTMLButtonElement;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("pointerdown", this.#elsewhere);
    this.addEventListener("keydown", this.#key);
    this.addEventListener("focusout", this.#left);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("pointerdown", this.#elsewhere);
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener("focusout", this.#left);
  }

  protected override render() {
    return html`
      <button
        class="plain toggle"
        part="toggle"
        aria-expanded=${this.opened}
        aria-controls="panel"
        @click=${() => (this.opened = !this.opened)}
      >
        <slot name="label"></slot>${icon("down")}
      </button>
      <div id="panel" class="panel" ?hidden=${!this.opened}><slot></slot></div>
    `;
  }

  /** Puts the keyboard back on the button. */
  override focus(): void {
    this.toggle.focus();
  }

  close(): void {
    this.opened = false;
  }

  readonly #elsewhere = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) this.close();
  };

  readonly #left = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && to !== this && !this.contains(to)) this.close();
  };

  /** Escape closes it and nothing behind it; arrows move among its buttons. */
  readonly #key = (event: KeyboardEvent): void => {
    if (!this.opened) return;
    if (event.code === "Escape") {
      event.preventDefault();
      this.close();
      this.focus();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...this.querySelectorAll<HTMLButtonElement>("button:not(:disabled)")];
    const at = buttons.findIndex((button) => button.matches(":focus"));
    const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : at + step;
    buttons[(next + buttons.length) % buttons.length]?.focus();
  };
}

declare global {
  interface HTMLElementTagNameMap {
    "drop-down": DropDown;
  }
}
