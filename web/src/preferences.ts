/** What belongs to the reader and not to the view: theme, shortcuts, sizes; kept in this browser only. */

export type Theme = "light" | "dark";

const PREFIX = "atlas.";

/** A stored preference, or null; a browser that refuses storage has none. */
export function readPreference(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Stores a preference where the browser allows it. */
export function writePreference(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows may refuse; the choice then lasts as long as the page.
  }
}

/** Whether what was offered under that name was declined in this tab; where that cannot be kept, it was not. */
export function declined(name: string): boolean {
  try {
    return sessionStorage.getItem(PREFIX + name) === "declined";
  } catch {
    return false;
  }
}

/** Offers it no more in this tab. */
export function decline(name: string): void {
  try {
    sessionStorage.setItem(PREFIX + name, "declined");
  } catch {
    // Then it is offered again when the page is loaded again.
  }
}

const systemDark = matchMedia("(prefers-color-scheme: dark)");

/** The theme in force: chosen by the reader, else the system's. */
export function currentTheme(): Theme {
  const chosen = readPreference("theme");
  if (chosen === "light" || chosen === "dark") return chosen;
  return systemDark.matches ? "dark" : "light";
}

/** Puts the theme on the document and tells who draws outside CSS (event `atlas-theme`). */
export function applyTheme(theme: Theme = currentTheme()): void {
  document.documentElement.dataset["theme"] = theme;
  dispatchEvent(new CustomEvent("atlas-theme", { detail: theme }));
}

/** Chooses a theme for good. */
export function chooseTheme(theme: Theme): void {
  writePreference("theme", theme);
  applyTheme(theme);
}

systemDark.addEventListener("change", () => applyTheme());

/** True unless the reader switched single-key shortcuts off (WCAG 2.1.4). */
export function shortcutsEnabled(): boolean {
  return readPreference("shortcuts") !== "off";
}

/** Switches single-key shortcuts on or off. */
export function enableShortcuts(enabled: boolean): void {
  writePreference("shortcuts", enabled ? "on" : "off");
}

/** True if the reader asked for less movement. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
