/** The right panel for a company: what follows for it, what it serves, whether it may take a compound. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { companyStatus, entry, Problem } from "../api/client";
import type { CompanyStatus, Entry } from "../api/types";
import { STANDINGS, starKey } from "../domain";
import { open, openDialog } from "../events";
import { number, t, tCode } from "../i18n";
import { Query } from "../query";
import { SessionController } from "../session";
import { StoreController } from "../store";
import { ladder, ladderStyles } from "./dossier/ladder";
import { empty, facts, section, tag } from "./dossier/parts";
import { limitNote } from "./dossier/public";
import { readingOf, why } from "./dossier/reasons";
import { companyTags } from "./dossier/standing";
import { held, measureList } from "./dossier/status";
import { dossierStyles } from "./dossier/styles";
import { icon } from "./icons";
import "./problem-note";
import { shared, skeletonLines, starBadge } from "./shared";

const VERDICT_TONE = { yes: "good", caution: "warn", no: "danger" } as const;

@customElement("company-panel")
export class CompanyPanel extends LitElement {
  static override styles = [
    shared,
    dossierStyles,
    ladderStyles,
    css`
      .bars dt {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .project {
        width: 100%;
        justify-content: flex-start;
        padding: 0 8px;
        margin: 0 -8px;
      }
      .project .tag:first-of-type {
        margin-left: auto;
      }
      .projects li + li {
        margin-top: 0;
      }
    `,
  ];

  @property({ type: Number }) company: number | null = null;
  /** The compound that is open, for which the entry check is made. */
  @property({ type: Number }) compound: number | null = null;

  private readonly store = new StoreController(this);
  private readonly session = new SessionController(this);
  private readonly status = new Query(
    this,
    () => (this.company === null ? null : `${this.company} ${this.store.state.asOf ?? ""}`),
    (signal) => companyStatus(this.company!, this.store.state.asOf, signal),
    false,
  );
  private readonly entry = new Query(
    this,
    () =>
      this.company === null || this.compound === null
        ? null
        : `${this.company} ${this.compound} ${this.store.state.asOf ?? ""}`,
    (signal) => entry(this.company!, this.compound!, this.store.state.asOf, signal),
    false,
  );

  /** Puts the keyboard on the panel's head. */
  async focusHead(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("header button")?.focus();
  }

  protected override render() {
    const { data } = this.status;
    const name = data?.company.name ?? t("company.label");
    return html`
      <header>
        <div class="title">
          <h2>${name}</h2>
          ${data && !this.session.ended ? companyTags(data) : nothing}
        </div>
        <button class="plain square" aria-label=${t("company.close")} @click=${() => this.dispatchEvent(new Event("close"))}>
          ${icon(this.compound === null ? "close" : "left")}
        </button>
      </header>
      <div class="scroll" tabindex="0" role="group" aria-label=${name}>
        ${this.session.ended ? limitNote(false, () => openDialog(this, "sign-in")) : this.#content()}
      </div>
    `;
  }

  #content() {
    const { data, error, waiting } = this.status;
    if (error) return this.#problem(error);
    return data ? this.#sections(data) : waiting ? skeletonLines(7) : nothing;
  }

  #sections(data: CompanyStatus) {
    return html`
      ${data.company.synthetic
        ? html`<p class="marks"><span class="mark">${t("filter.synthetic")}</span></p>`
        : nothing}
      ${this.compound === null ? nothing : this.#entry()}
      ${section(
        t("status.title"),
        null,
        t("dossier.since", { from: data.valid.from }),
        html`${ladder(data.rung)} ${why(data)} ${measureList(data.measures)}
          <dl class="points">
            <dt>${t("company.points")}</dt>
            <dd>${number(data.credit_points)}</dd>
            <dt>${t("company.star")}</dt>
            <dd>
              ${data.own_star === null ? t("company.noStar") : data.own_star.toFixed(1)}
              ${data.own_star_reading ? readingOf("company.star", data.own_star_reading) : nothing}
            </dd>
          </dl>
          <p class="quiet small held">${held(data)}</p>`,
      )}
      ${this.#projects(data)}
    `;
  }

  /** May it take the compound that is open? (T6) */
  #entry() {
    const { data, error, waiting } = this.entry;
    const content = data ? verdict(data) : error ? this.#problem(error) : waiting ? skeletonLines(2) : nothing;
    return section(t("company.entry"), "T6", null, html`${content}`);
  }

  #projects({ projects, projects_by_star }: CompanyStatus) {
    const most = Math.max(1, ...projects_by_star.map(({ count }) => count));
    const content = projects.length
      ? html`<dl class="bars">
            ${projects_by_star.map(
              ({ star, count }) => html`<dt>${starBadge(starKey(star))}${tCode("star", starKey(star))}</dt>
                <dd>
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="track" width="100" height="8" />
                    <rect class="fill" width=${(count / most) * 100} height="8" />
                  </svg>
                  <span>${number(count)}</span>
                </dd>`,
            )}
          </dl>
          <ul class="projects">
            ${projects.map(
              ({ id, name, effective_star, households, ...standing }) =>
                html`<li>
                  <button class="plain project" @click=${() => open(this, id)}>
                    ${starBadge(starKey(effective_star))}<span>${name}</span>
                    ${STANDINGS.map((key) => (standing[key] ? tag(tCode("tag", key), "warn") : nothing))}
                  </button>
                </li>`,
            )}
          </ul>`
      : empty(t("company.noProjects"));
    return section(t("company.projects"), "T6", facts(t("company.count", { count: projects.length })), content);
  }

  #problem(error: unknown) {
    if (error instanceof Problem && error.status === 404) {
      return html`<p class="missing">${t(error.parameter === "as_of" ? "company.unknown" : "company.outside")}</p>`;
    }
    return html`<problem-note
      .error=${error}
      what=${t("company.label")}
      @retry=${() => (this.status.error ? this.status.retry() : this.entry.retry())}
    ></problem-note>`;
  }
}

function verdict({ verdict: answer, grounds, readings, rule }: Entry) {
  return html`<p class="verdict">
      ${tag(tCode("verdict", answer), VERDICT_TONE[answer])}${rule ? readingOf("entry.rule", rule) : nothing}
    </p>
    ${grounds.length ? why({ reasons: grounds, readings }) : html`<p class="quiet small">${t("company.noGrounds")}</p>`}`;
}

declare global {
  interface HTMLElementTagNameMap {
    "company-panel": CompanyPanel;
  }
}
