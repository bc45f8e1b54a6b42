/** What the page says of who one is, and of what was refused to them. */

import { Problem } from "../api/client";
import type { Grant, Session } from "../api/types";
import { t } from "../i18n";
import { overName, partOf } from "../session";
import { said } from "./dossier/reasons";

/** What one acts as: over what and in which role, as “金凤区 · 县（市）区”. */
export function roleLine({ role_name, over }: Pick<Grant, "role_name" | "over">, names?: ReadonlyMap<string, string>): string {
  return [overName(over, names), said(role_name)].filter(Boolean).join(" · ");
}

/** The name of who is signed in; none where a part is played, whose name is its role. */
export function personName(session: Session): string | null {
  return partOf(session) ? null : session.name;
}

/** A wait, as a reader counts it. */
export function waitText(seconds: number): string {
  return seconds < 60 ? t("wait.seconds", { count: seconds }) : t("wait.minutes", { count: Math.ceil(seconds / 60) });
}

/** Why a sign-in failed. */
export function signInProblem(error: unknown): string {
  if (!(error instanceof Problem)) return String(error);
  if (error.status === 401) return t("signIn.wrong");
  if (error.status === 429) return t("signIn.wait", { wait: waitText(error.retryAfter ?? 1) });
  if (error.status === 503) return t("signIn.busy");
  if (error.status === 403) return t("signIn.refused", { detail: error.message });
  return problemText(error);
}

/** What is wrong with a change of the password before it is sent; null where nothing is. */
export function passwordProblem(old: string, next: string, again: string): string | null {
  if ([...next].length < SHORTEST) return t("password.short", { count: SHORTEST });
  if (next !== again) return t("password.differ");
  if (next === old) return t("password.same");
  return null;
}

/** Characters a password needs (access/passwords.py). */
export const SHORTEST = 12;

/** Why the server did not change a password that passed {@link passwordProblem}. */
export function passwordRefused(error: unknown): string {
  if (!(error instanceof Problem) || error.status !== 422) return problemText(error);
  // Both come under the same status; only its words tell a wrong password from a weak one.
  return t(error.message.includes("is not right") ? "password.wrong" : "password.guessable");
}

/** What was refused, in words. */
export function problemText(error: unknown): string {
  return problemInWords(error) ?? (error instanceof Error ? error.message : String(error));
}

/** What was refused, in the language of the page; null where only the server can say it, in English. */
export function problemInWords(error: unknown): string | null {
  if (!(error instanceof Problem)) return null;
  const { status, retryAfter } = error;
  if (status === 0) return t("problem.offline");
  if (status === 429) return t("problem.wait", { wait: waitText(retryAfter ?? 1) });
  if (status === 503 || status === 504) return t("problem.busy");
  return status >= 500 ? t("problem.server") : null;
}
