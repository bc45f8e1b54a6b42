import { describe, expect, it } from "vitest";
import { STARS, WHITE_DIGITS } from "../src/domain";
import css from "../src/theme/tokens.css?raw";

const [light = "", dark = ""] = css.split(':root[data-theme="dark"]');
const read = (text: string) =>
  Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));

const THEMES: Record<string, Record<string, string>> = {
  light: read(light),
  dark: { ...read(light), ...read(dark) },
};

/** WCAG 2 relative luminance of `#rrggbb`. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

/** The colour `alpha` of black or white gives over another. */
function over(ink: 0 | 255, alpha: number, ground: string): string {
  const mixed = [1, 3, 5].map((at) => Math.round(ink * alpha + parseInt(ground.slice(at, at + 2), 16) * (1 - alpha)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

describe.each(Object.entries(THEMES))("the %s theme", (name, tokens) => {
  const pairs = ["ink", "ink-quiet", "accent", "danger", "good", "warn"].flatMap((text) =>
    ["surface", "surface-sunken", "surface-hover"].map((ground) => [text, ground] as const),
  );
  it.each([...pairs, ["map-ink", "land"], ["map-ink-quiet", "land"], ["accent-ink", "accent"], ["ink", "accent-soft"], ["accent", "accent-soft"]] as const)(
    "sets %s on %s at 4.5:1 or more",
    (text, ground) => {
      expect(contrast(tokens[text]!, tokens[ground]!)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["line-strong", "accent"])("marks with %s at 3:1 or more", (mark) => {
    expect(contrast(tokens[mark]!, tokens["surface"]!)).toBeGreaterThanOrEqual(3);
  });

  it("outlines every mark at 3:1 against the land", () => {
    const outline = over(name === "light" ? 0 : 255, 0.7, tokens["land"]!);
    expect(contrast(outline, tokens["land"]!)).toBeGreaterThanOrEqual(3);
  });

  it.each(STARS)("prints the digit on %s at 4.5:1 or more", (star) => {
    const ink = WHITE_DIGITS.includes(star) ? "#ffffff" : "#000000";
    expect(contrast(ink, tokens[`star-${star}`]!)).toBeGreaterThanOrEqual(4.5);
  });
});
