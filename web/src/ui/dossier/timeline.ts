/** What happened at a compound, newest first; asked for when it is opened. */

import { html, nothing, type TemplateResult } from "lit";
import type { Recorder, Timeline } from "../../api/types";
import { t, tCode } from "../../i18n";
import { section } from "./parts";
import { said } from "./reasons";

/** The events under a summary that opens them. */
export function timelineSection(events: Timeline | null, opened: (open: boolean) => void): TemplateResult {
  const toggle = (event: Event) => opened((event.target as HTMLDetailsElement).open);
  return section(
    t("timeline.title"),
    null,
    null,
    html`<details class="timeline" @toggle=${toggle}>
      <summary><b>${t("timeline.open")}</b></summary>
      ${events
        ? html`<ol>
              ${events.events.map(
                ({ on, kind, what, row, recorded, changed }) =>
                  html`<li>
                    <time class="small quiet">${on}</time>
                    <span><span class="quiet small">${tCode("event", kind)}</span> ${said(what)}<span class="row">${t("dossier.row", { row })}</span>${byWhom("timeline.recorded", recorded)}${byWhom("timeline.changed", changed)}</span>
                  </li>`,
              )}
            </ol>
            ${events.more ? html`<p class="quiet small">${t("timeline.more", { count: events.events.length })}</p>` : nothing}`
        : nothing}
    </details>`,
  );
}

/** A line that says who recorded or changed the fact; nothing where nobody is told. */
function byWhom(key: "timeline.recorded" | "timeline.changed", one: Recorder | null | undefined): TemplateResult | typeof nothing {
  if (!one) return nothing;
  const person = one.erased ? t("timeline.erased") : (one.by ?? t("timeline.command"));
  const office = one.office ?? (one.role ? said(one.role) : null);
  const who = office ? t("timeline.person", { person, office }) : person;
  return html`<span class="quiet small recorded">${t(key, { who, day: one.at.slice(0, 10) })}${one.imported ? t("timeline.imported") : nothing}</span>`;
}
