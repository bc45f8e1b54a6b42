/** A field for a day that may be chosen: no earlier than there can be records, no later than today. */

import { html, type TemplateResult } from "lit";
import { today } from "../i18n";

const FIRST = "2000-01-01";

/** A date field; `chosen` is told only days that may be chosen, as years are half typed on the way. */
export function dayField(day: string, chosen: (day: string) => void): TemplateResult {
  const change = ({ target }: Event) => {
    const { value, validity } = target as HTMLInputElement;
    if (value && validity.valid) chosen(value);
  };
  // What may not be chosen does not stay as if it were.
  const leave = ({ target }: Event) => {
    const field = target as HTMLInputElement;
    if (!field.value || !field.validity.valid) field.value = day;
  };
  return html`<input
    id="day"
    type="date"
    required
    min=${FIRST}
    max=${today()}
    .value=${day}
    @change=${change}
    @blur=${leave}
  />`;
}
