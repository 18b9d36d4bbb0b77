/** The catalogue in both languages: the same files that the CLI and the API read. */
import type { Locale } from "antd/es/locale";
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";

import type { Texts } from "./join";

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A language ready for use: our texts and those of the components. */
export interface Spoken {
  language: Language;
  texts: i18n;
  locale: Locale;
}

interface Words {
  default: { locale: Locale; texts: Texts };
}

const WORDS: Record<Language, () => Promise<Words>> = {
  en: () => import("./en"),
  "zh-CN": () => import("./zh-CN"),
};

/** The language for a browser that lists `wishes`, most wanted first. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    if (/^zh\b/i.test(wish)) return "zh-CN";
    if (/^en\b/i.test(wish)) return "en";
  }
  return "en";
}

function createTexts(language: Language, catalogue: Texts): i18n {
  const texts = i18next.createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: catalogue } },
    // Texts mark a parameter as `{name}`; React escapes what is inserted.
    interpolation: { prefix: "{", suffix: "}", escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  return texts;
}

/** Loads a language; fails where the controller does not answer. */
export async function speak(language: Language): Promise<Spoken> {
  const { locale, texts } = (await WORDS[language]()).default;
  return { language, locale, texts: createTexts(language, texts) };
}
