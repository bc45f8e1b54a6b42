/** What happened at a compound, newest first; asked for when it is opened. */

import { html, nothing, type TemplateResult } from "lit";
import type { Recorder, Timeline } from "../../api/types";
import { t, tCode, time } from "../../i18n";
import type { Query } from "../../query";
import "../problem-note";
import { skeletonLines } from "../shared";
import { empty, section } from "./parts";
import { said } from "./reasons";

/** The events under a summary that opens them. */
export function timelineSection(asked: Query<Timeline>, opened: (open: boolean) => void): TemplateResult {
  const toggle = (event: Event) => opened((event.target as HTMLDetailsElement).open);
  return section(
    t("timeline.title"),
    null,
    null,
    html`<details class="timeline" @toggle=${toggle}>
      <summary><b>${t("timeline.open")}</b></summary>
      ${content(asked)}
    </details>`,
  );
}

function content(asked: Query<Timeline>): TemplateResult | typeof nothing {
  const { data, error, waiting } = asked;
  if (error) {
    return html`<problem-note .error=${error} what=${t("timeline.title")} @retry=${() => asked.retry()}></problem-note>`;
  }
  if (!data) return waiting ? skeletonLines(4) : nothing;
  if (!data.events.length) return empty(t("timeline.none"));
  return html`<ol>
      ${data.events.map(
        ({ on, kind, what, row, recorded, changed }) =>
          html`<li>
            <time class="small quiet">${on}</time>
            <span><span class="quiet small">${tCode("event", kind)}</span> ${said(what)}<span class="row">${t("dossier.row", { row })}</span>${byWhom("timeline.recorded", recorded)}${byWhom("timeline.changed", changed)}</span>
          </li>`,
      )}
    </ol>
    ${data.more ? html`<p class="quiet small">${t("timeline.more", { count: data.events.length })}</p>` : nothing}`;
}

/** A line that says who recorded or changed the fact; nothing where nobody is told. */
function byWhom(key: "timeline.recorded" | "timeline.changed", one: Recorder | null | undefined): TemplateResult | typeof nothing {
  if (!one) return nothing;
  const person = one.erased ? t("timeline.erased") : (one.by ?? t("timeline.command"));
  const office = one.office ?? (one.role ? said(one.role) : null);
  const who = office ? t("timeline.person", { person, office }) : person;
  return html`<span class="quiet small recorded">${t(key, { who, day: time(one.at).slice(0, 10) })}${one.imported ? t("timeline.imported") : nothing}</span>`;
}
