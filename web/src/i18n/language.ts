/** The languages the page speaks, Chinese first. */

export const LANGUAGES = ["zh-CN", "en"] as const;

export type Language = (typeof LANGUAGES)[number];
