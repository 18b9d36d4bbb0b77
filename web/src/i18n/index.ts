/** The catalogue in both languages: the same files that the CLI and the API read. */
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "zh-CN"] as const;
export type Language = (typeof LANGUAGES)[number];

interface Texts {
  [key: string]: string | Texts;
}

const files = import.meta.glob<Texts>(
  ["../../../src/venvoy/texts/*/*.json", "!**/cli.json"],
  { eager: true, import: "default" },
);

/** Lays `other` over `into`, section by section. */
export function merge(into: Texts, other: Texts): Texts {
  for (const [key, value] of Object.entries(other)) {
    const present = into[key];
    into[key] =
      typeof value === "object" && typeof present === "object"
        ? merge({ ...present }, value)
        : value;
  }
  return into;
}

function catalogue(language: Language): Texts {
  return Object.entries(files)
    .filter(([path]) => path.includes(`/texts/${language}/`))
    .reduce<Texts>((all, [, texts]) => merge(all, texts), {});
}

/** The language for a browser that lists `wishes`, most wanted first. */
export function pickLanguage(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    if (/^zh\b/i.test(wish)) return "zh-CN";
    if (/^en\b/i.test(wish)) return "en";
  }
  return "en";
}

export function createTexts(language: Language): i18n {
  const texts = i18next.createInstance();
  void texts.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: {
      en: { translation: catalogue("en") },
      "zh-CN": { translation: catalogue("zh-CN") },
    },
    // Texts mark a parameter as `{name}`; React escapes what is inserted.
    interpolation: { prefix: "{", suffix: "}", escapeValue: false },
    initAsync: false,
    returnNull: false,
  });
  return texts;
}
