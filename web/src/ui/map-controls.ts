/** Zoom in, zoom out, back to the whole city. */

import { css, html, LitElement } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../i18n";
import { StoreController } from "../store";
import { icon, type IconName } from "./icons";
import { shared } from "./shared";

@customElement("map-controls")
export class MapControls extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        overflow: hidden;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      button {
        border-radius: 0;
      }
      button + button {
        border-top-color: var(--line);
      }
      :focus-visible {
        outline-offset: -2px;
      }
    `,
  ];

  protected readonly store = new StoreController(this);

  protected override render() {
    return html`${this.#button("plus", t("map.zoomIn"), "zoom-in")}
    ${this.#button("minus", t("map.zoomOut"), "zoom-out")} ${this.#button("fit", t("map.fit"), "home")}`;
  }

  #button(name: IconName, label: string, event: string) {
    return html`<button
      class="plain square"
      aria-label=${label}
      title=${label}
      @click=${() => this.dispatchEvent(new Event(event))}
    >
      ${icon(name)}
    </button>`;
  }
}
