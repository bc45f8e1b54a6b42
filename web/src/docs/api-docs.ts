/** Shows what the API can be asked, and asks it. */

import { css, html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../i18n";
import { Query } from "../query";
import { store, StoreController } from "../store";
import "../ui/problem-note";
import { shared, skeletonLines } from "../ui/shared";
import { address, operations, type OpenApi, type Operation } from "./openapi";

/** Characters of an answer that are shown. */
const SHOWN = 4000;

interface Answer {
  address: string;
  summary: string;
  body: string;
}

@customElement("api-docs")
export class ApiDocs extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        max-width: 880px;
        margin: 0 auto;
        padding: 16px;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 8px 16px;
        margin-bottom: 16px;
      }
      header button {
        margin-left: auto;
      }
      h1 {
        font: var(--text-title);
      }
      h2 {
        margin: 24px 0 8px;
        font: var(--text-strong);
      }
      a {
        color: var(--accent);
      }
      details {
        margin-bottom: 4px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      summary {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 12px;
        padding: 8px 12px;
        cursor: pointer;
      }
      code,
      pre {
        font: 13px/20px ui-monospace, monospace;
        overflow-wrap: anywhere;
      }
      form {
        display: grid;
        grid-template-columns: max-content minmax(0, 240px) 1fr;
        gap: 8px 12px;
        align-items: center;
        padding: 4px 12px 12px;
      }
      form p,
      form .end {
        grid-column: 1 / -1;
      }
      input {
        height: 32px;
        padding: 0 8px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .end {
        text-align: right;
      }
      pre {
        max-height: 320px;
        margin: 0;
        padding: 12px;
        overflow: auto;
        border-top: 1px solid var(--line);
        background: var(--surface-sunken);
        white-space: pre-wrap;
      }
      .skeletons {
        display: grid;
        gap: 16px;
      }
    `,
  ];

  @state() private answers: Record<string, Answer> = {};

  protected readonly store = new StoreController(this);
  private readonly description = new Query<OpenApi>(
    this,
    () => "openapi",
    async (signal) => (await fetch("/openapi.json", { signal })).json() as Promise<OpenApi>,
  );

  protected override updated(): void {
    document.documentElement.lang = store.state.language;
    document.title = `${t("docs.title")} · ${t("app.title")}`;
  }

  protected override render() {
    const { data, error, waiting } = this.description;
    const other = store.state.language === "en" ? "zh-CN" : "en";
    return html`
      <main>
        <header>
          <h1>${t("docs.title")}</h1>
          <a href="/">${t("docs.map")}</a>
          <a href="/openapi.json">${t("docs.spec")}</a>
          <button class="plain" lang=${other} @click=${() => store.set({ language: other })}>
            ${t("bar.language")}
          </button>
        </header>
        ${error
          ? html`<problem-note
              .error=${error}
              what=${t("problem.docs")}
              @retry=${() => this.description.retry()}
            ></problem-note>`
          : nothing}
        ${data ? this.#groups(operations(data)) : waiting ? skeletonLines(8) : nothing}
      </main>
    `;
  }

  #groups(all: Operation[]) {
    const tags = [...new Set(all.map(({ tag }) => tag))];
    return tags.map(
      (tag) =>
        html`<h2>${tag}</h2>
          ${all.filter((operation) => operation.tag === tag).map((operation) => this.#operation(operation))}`,
    );
  }

  #operation(operation: Operation) {
    const answer = this.answers[operation.id];
    return html`<details>
      <summary><code>${operation.method} ${operation.path}</code><span class="quiet">${operation.summary}</span></summary>
      <form @submit=${(event: SubmitEvent) => void this.#send(event, operation)}>
        ${operation.description ? html`<p class="quiet">${operation.description}</p>` : nothing}
        ${operation.parameters.map(
          ({ name, required, description, example }) => html`
            <label for="${operation.id}-${name}"><code>${name}</code></label>
            <input id="${operation.id}-${name}" name=${name} value=${example} ?required=${required} />
            <span class="small quiet">${required ? `${t("docs.required")} ` : nothing}${description}</span>
          `,
        )}
        <div class="end"><button class="primary">${t("docs.send")}</button></div>
      </form>
      ${answer ? html`<pre tabindex="0" aria-live="polite"><b>${answer.address}</b>\n${answer.summary}\n\n${answer.body}</pre>` : nothing}
    </details>`;
  }

  async #send(event: SubmitEvent, operation: Operation): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const values = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
    const answer = await ask(address(operation, values));
    this.answers = { ...this.answers, [operation.id]: answer };
  }
}

async function ask(path: string): Promise<Answer> {
  const began = performance.now();
  try {
    const response = await fetch(path, { headers: { Accept: "application/json" } });
    const body = await response.arrayBuffer();
    const milliseconds = Math.round(performance.now() - began);
    const summary = t("docs.answer", { status: String(response.status), milliseconds, size: body.byteLength });
    return { address: path, summary, body: readable(body, response.headers.get("content-type") ?? "") };
  } catch {
    return { address: path, summary: t("problem.offline"), body: "" };
  }
}

function readable(body: ArrayBuffer, type: string): string {
  if (!body.byteLength) return "";
  if (!/json|text|xml/.test(type)) return t("docs.binary", { type });
  const text = new TextDecoder().decode(body);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}\n${t("docs.cut")}` : text;
}
