/** Finds districts, streets and compounds by name; what is typed stays out of the address. */

import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { searchCompounds, streets } from "../api/client";
import type { Compound, District, Feature, Street } from "../api/types";
import { starKey } from "../domain";
import { open, show } from "../events";
import { named, t, type MessageKey } from "../i18n";
import { Query } from "../query";
import { store, StoreController } from "../store";
import { icon } from "./icons";
import { shared, starBadge } from "./shared";

/** Milliseconds of quiet before the server is asked. */
const PAUSE = 180;
/** Districts and streets offered at once. */
const PLACES = 5;

interface Option {
  group: MessageKey;
  label: string;
  note: string;
  mark: TemplateResult | typeof nothing;
  choose: () => void;
}

@customElement("place-search")
export class PlaceSearch extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: relative;
        display: block;
      }
      .box {
        display: flex;
        align-items: center;
        gap: 8px;
        height: 32px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-sunken);
        color: var(--ink-quiet);
      }
      .box:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: -1px;
        background: var(--surface);
      }
      input {
        flex: 1;
        min-width: 0;
        border: 0;
        background: none;
        color: var(--ink);
      }
      input:focus-visible {
        outline: 0;
      }
      input::placeholder {
        color: var(--ink-quiet);
        opacity: 1;
      }
      kbd {
        padding: 0 6px;
        border: 1px solid var(--line);
        border-radius: 4px;
        font: var(--text-small);
      }
      .drop {
        position: absolute;
        inset: 36px 0 auto;
        z-index: 1;
        max-height: min(60vh, 480px);
        overflow-y: auto;
        padding: 4px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow);
      }
      .group {
        padding: 8px 8px 4px;
      }
      [role="option"] {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 32px;
        padding: 0 8px;
        border-radius: 4px;
        cursor: pointer;
      }
      [role="option"][aria-selected="true"],
      [role="option"]:hover {
        background: var(--accent-soft);
      }
      .label {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .note {
        margin-left: auto;
        white-space: nowrap;
      }
      .none {
        padding: 8px;
      }
      @media screen and (max-width: 820px) {
        kbd {
          display: none;
        }
        .drop {
          position: fixed;
          inset: var(--bar-height) 8px auto;
        }
      }
    `,
  ];

  @property({ attribute: false }) districts: Feature<District>[] = [];
  @property() city: string | null = null;

  @state() private text = "";
  @state() private asked = "";
  @state() private opened = false;
  @state() private active = 0;
  @query("input") private input!: HTMLInputElement;

  protected readonly store = new StoreController(this);
  private readonly streets = new Query(
    this,
    () => (this.opened ? `streets ${this.city}` : null),
    (signal) => streets(this.city, signal),
  );
  private readonly found = new Query(
    this,
    () => (this.asked ? JSON.stringify([this.city, this.asked, this.store.state.asOf]) : null),
    (signal) => searchCompounds(this.asked, this.city, this.store.state.asOf, signal),
  );
  #timer: ReturnType<typeof setTimeout> | undefined;

  override focus(): void {
    this.input.focus();
    this.input.select();
  }

  protected override render() {
    const options = this.#options();
    const shown = this.opened && this.text.trim() !== "";
    return html`
      <div class="box">
        ${icon("search")}
        <input
          role="combobox"
          type="text"
          autocomplete="off"
          spellcheck="false"
          aria-label=${t("search.label")}
          aria-expanded=${shown}
          aria-controls="options"
          aria-autocomplete="list"
          aria-activedescendant=${shown && options.length ? `option-${this.active}` : nothing}
          placeholder=${t("search.placeholder")}
          .value=${this.text}
          @input=${this.#typed}
          @compositionend=${this.#typed}
          @focus=${() => (this.opened = true)}
          @blur=${() => (this.opened = false)}
          @keydown=${(event: KeyboardEvent) => this.#key(event, options)}
        />
        <kbd aria-hidden="true">/</kbd>
      </div>
      <div class="visually-hidden" role="status">
        ${shown ? t("search.count", { count: options.length }) : nothing}
      </div>
      <div class="drop" ?hidden=${!shown} @mousedown=${(event: Event) => event.preventDefault()}>
        <div id="options" role="listbox" aria-label=${t("search.label")}>
          ${options.map((option, index) => this.#option(option, index, options[index - 1]))}
        </div>
        ${this.#outcome(options)}
      </div>
    `;
  }

  #option(option: Option, index: number, before: Option | undefined) {
    return html`
      ${option.group === before?.group
        ? nothing
        : html`<div class="group small quiet" role="presentation">${t(option.group)}</div>`}
      <div
        id="option-${index}"
        role="option"
        aria-selected=${index === this.active}
        @click=${() => this.#choose(option)}
      >
        ${option.mark}<span class="label">${option.label}</span><span class="note small quiet">${option.note}</span>
      </div>
    `;
  }

  #outcome(options: Option[]) {
    if (this.found.error) {
      return html`<problem-note
        .error=${this.found.error}
        what=${t("search.compounds")}
        @retry=${() => this.found.retry()}
      ></problem-note>`;
    }
    const settled = this.asked === this.text.trim() && this.found.data && !this.found.waiting;
    if (options.length || !settled) return nothing;
    return html`<p class="none quiet">${t("search.none", { text: this.text.trim() })}</p>`;
  }

  #options(): Option[] {
    const text = this.text.trim().toLowerCase();
    if (!text) return [];
    const matches = (name: string | null | undefined) => name?.toLowerCase().includes(text) ?? false;
    const districts = this.districts.filter((d) => matches(d.properties.name) || matches(d.properties.name_en));
    const streetsFound = this.streets.data?.features.filter((s) => matches(s.properties.name)) ?? [];
    // Until the server has answered, of what it said last those that fit what is typed by now.
    const compounds = this.asked ? (this.found.data?.features.filter((c) => matches(c.properties.name)) ?? []) : [];
    return [
      ...districts.slice(0, PLACES).map((district) => this.#districtOption(district)),
      ...streetsFound.slice(0, PLACES).map((street) => this.#streetOption(street)),
      ...compounds.map((compound) => this.#compoundOption(compound)),
    ];
  }

  #districtOption({ properties }: Feature<District>): Option {
    const choose = () => {
      store.set({ district: properties.code });
      show(this, { district: properties.code });
    };
    return { group: "search.districts", label: named(properties), note: properties.code, mark: nothing, choose };
  }

  #streetOption({ id, properties }: Feature<Street>): Option {
    const choose = () => show(this, { street: id });
    const { name, district_name } = properties;
    return { group: "search.streets", label: name, note: district_name, mark: nothing, choose };
  }

  #compoundOption({ id, properties }: Feature<Compound>): Option {
    const choose = () => {
      open(this, id);
      show(this, { point: [properties.label_lon, properties.label_lat] });
    };
    const note = [properties.district_name, properties.street_name].filter(Boolean).join(" ");
    const mark = starBadge(starKey(properties.effective_star));
    return { group: "search.compounds", label: properties.name, note, mark, choose };
  }

  #typed(event: Event): void {
    this.text = this.input.value;
    this.active = 0;
    clearTimeout(this.#timer);
    // Half-composed Chinese input is not a name yet.
    if ((event as InputEvent).isComposing) return;
    this.#timer = setTimeout(() => (this.asked = this.text.trim()), PAUSE);
  }

  #key(event: KeyboardEvent, options: Option[]): void {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    if (step && options.length) {
      event.preventDefault();
      this.active = (this.active + step + options.length) % options.length;
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector(`#option-${this.active}`)?.scrollIntoView({ block: "nearest" }),
      );
    } else if (event.code === "Enter" || event.code === "NumpadEnter") {
      // Else the same press would activate the button that gets the keyboard next.
      event.preventDefault();
      const option = options[this.active];
      if (option) this.#choose(option);
    } else if (event.code === "Escape") {
      event.stopPropagation();
      if (this.text) this.#reset();
      else this.input.blur();
    }
  }

  #choose(option: Option): void {
    this.#reset();
    this.input.blur();
    option.choose();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    this.text = "";
    this.asked = "";
    this.active = 0;
  }
}
