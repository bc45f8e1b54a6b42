/** The right panel: all that is known about one compound. */

import { html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { dossier, Problem, status, timeline } from "../../api/client";
import type { Dossier } from "../../api/types";
import { openDialog, show } from "../../events";
import { t, today } from "../../i18n";
import { Query } from "../../query";
import { seesStanding, SessionController } from "../../session";
import { store, StoreController } from "../../store";
import { icon } from "../icons";
import "../problem-note";
import { dayField } from "../day-field";
import { shared, skeletonLines } from "../shared";
import { agencySection, orderSection, violationSection } from "./conduct";
import { ladderStyles } from "./ladder";
import { empty, section } from "./parts";
import { caseSection, limitNote, publicDisclosures, publicRating, publicService } from "./public";
import {
  placeSection,
  ratingSection,
  selfGovernmentSection,
  serviceSection,
  standingLine,
} from "./standing";
import { statusSection } from "./status";
import { dossierStyles } from "./styles";
import { timelineSection } from "./timeline";

@customElement("compound-dossier")
export class CompoundDossier extends LitElement {
  static override styles = [shared, dossierStyles, ladderStyles];

  @property({ type: Number }) compound: number | null = null;
  /** Whether the map should go to the compound once it is known. */
  @property({ type: Boolean }) locate = false;
  @state() private allViolations = false;
  /** Whether the timeline is open. */
  @state() private unfolded = false;
  @state() private copied: boolean | null = null;

  protected readonly store = new StoreController(this);
  private readonly session = new SessionController(this);
  private readonly dossier = new Query(
    this,
    () => this.#asked,
    (signal) => dossier(this.compound!, this.store.state.asOf, signal),
    false,
  );
  private readonly status = new Query(
    this,
    () => (this.#mayAsk ? this.#asked : null),
    (signal) => status(this.compound!, this.store.state.asOf, signal),
    false,
  );
  private readonly timeline = new Query(
    this,
    () => (this.unfolded ? this.#asked : null),
    (signal) => timeline(this.compound!, this.store.state.asOf, signal),
    false,
  );
  #located = false;

  /** Puts the keyboard on the dossier's head. */
  async focusHead(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("header button")?.focus();
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("compound")) return;
    this.allViolations = false;
    this.unfolded = false;
    this.copied = null;
  }

  protected override updated(): void {
    this.#locateOnce();
  }

  protected override render() {
    if (this.compound === null) return nothing;
    const { data } = this.dossier;
    return html`
      <header>
        <div class="title">
          <h2>${data?.name ?? t("dossier.label")}</h2>
          ${data ? standingLine(data, this.session.ended ? null : this.status.data) : nothing}
        </div>
        <button class="plain square" aria-label=${t("dossier.close")} @click=${() => this.dispatchEvent(new Event("close"))}>
          ${icon("close")}
        </button>
      </header>
      <div class="scroll" tabindex="0" role="group" aria-label=${data?.name ?? t("dossier.label")}>
        ${this.dossier.error ? this.#problem() : nothing}
        ${data && this.#settled ? this.#sections(data) : this.dossier.waiting || data ? skeletonLines(9) : nothing}
      </div>
      ${this.#actions(data)}
    `;
  }

  #sections(data: Dossier) {
    return html`
      ${data.synthetic || data.approximate || data.name_generated
        ? html`<p class="marks">
            ${data.synthetic ? html`<span class="mark">${t("filter.synthetic")}</span>` : nothing}
            ${data.approximate ? html`<span class="mark">${t("dossier.approximate")}</span>` : nothing}
            ${data.name_generated ? html`<span class="mark">${t("dossier.nameGenerated")}</span>` : nothing}
          </p>`
        : nothing}
      ${this.#limit ? this.#public(data, this.#limit === "outside") : this.#all(data)}
    `;
  }

  #public(data: Dossier, outside: boolean) {
    return html`
      ${limitNote(outside, () => openDialog(this, "sign-in"))} ${publicRating(data)} ${publicService(data)}
      ${placeSection(data)} ${publicDisclosures(data)} ${caseSection(data)} ${agencySection(data)}
    `;
  }

  #all(data: Dossier) {
    return html`
      ${this.#status(data)} ${serviceSection(data.service, this.status.data?.company ?? null)} ${placeSection(data)}
      ${violationSection(data, this.allViolations, () => (this.allViolations = true))} ${orderSection(data)}
      ${ratingSection(data.ratings)} ${selfGovernmentSection(data.self_government)} ${caseSection(data)}
      ${agencySection(data)}
      ${timelineSection(this.timeline, (open) => (this.unfolded = open))}
    `;
  }

  #status(data: Dossier) {
    const { data: known, error, waiting } = this.status;
    if (known) return statusSection(known, data);
    if (error instanceof Problem && error.status === 404) return section(t("status.title"), null, null, empty(t("status.unknown")));
    if (error) {
      return html`<problem-note
        .error=${error}
        what=${t("status.title")}
        @retry=${() => this.status.retry()}
      ></problem-note>`;
    }
    return waiting ? skeletonLines(4) : nothing;
  }

  get #mayAsk(): boolean {
    return seesStanding(this.session.current);
  }

  /** Whether it is known how much of the compound may be seen. */
  get #settled(): boolean {
    return !this.#mayAsk || this.status.data !== null || this.status.error !== null;
  }

  /** Why only the public part is shown; null where all of it is. */
  get #limit(): "public" | "outside" | null {
    const { error } = this.status;
    if (!this.#mayAsk || this.session.ended) return "public";
    // A day without a status is named as what is wrong; a compound outside one's area is not there at all.
    return error instanceof Problem && error.status === 404 && error.parameter === null ? "outside" : null;
  }

  /** What is asked for: a compound, as of a day. */
  get #asked(): string | null {
    return this.compound === null ? null : `${this.compound} ${this.store.state.asOf ?? ""}`;
  }

  #problem() {
    const { error } = this.dossier;
    if (error instanceof Problem && error.status === 404) {
      return html`<p class="missing" role="alert">${t("problem.missing", { id: String(this.compound) })}</p>`;
    }
    return html`<problem-note
      .error=${error}
      what=${t("problem.dossier")}
      @retry=${() => this.dossier.retry()}
    ></problem-note>`;
  }

  /** They stay while another day is asked for: the keyboard may be on one. */
  #actions(data: Dossier | null) {
    const day = this.store.state.asOf ?? today();
    const said = this.copied === null ? "dossier.copy" : this.copied ? "dossier.copied" : "dossier.copyFailed";
    return html`<footer>
      <label class="quiet small">
        ${t("dossier.asOf")}
        ${dayField(day, (chosen) => store.set({ asOf: chosen === today() ? null : chosen }))}
      </label>
      <button class="plain ${this.copied === null ? "square" : ""}" aria-live="polite" title=${t(said)} @click=${this.#copy}>
        ${icon("link")}<span class=${this.copied === null ? "visually-hidden" : "small"}>${t(said)}</span>
      </button>
      <button class="primary" ?disabled=${!data} @click=${() => data && show(this, { point: data.place.label_point })}>
        ${icon("pin")}${t("dossier.locate")}
      </button>
    </footer>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(store.link());
      this.copied = true;
    } catch {
      this.copied = false;
    }
  }

  #locateOnce(): void {
    const { data } = this.dossier;
    if (!data || this.#located) return;
    this.#located = true;
    if (this.locate) show(this, { point: data.place.label_point });
  }
}
