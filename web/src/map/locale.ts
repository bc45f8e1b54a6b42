/** MapLibre's own sentences in Chinese and English. */

import type { Language } from "../i18n/language";

/** Words for the few controls of MapLibre this page uses; the page's own controls speak for themselves. */
export const LOCALES: Record<Language, Record<string, string>> = {
  "zh-CN": { "Map.Title": "小区地图", "ScaleControl.Meters": "米", "ScaleControl.Kilometers": "公里" },
  en: { "Map.Title": "Map of compounds", "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km" },
};
