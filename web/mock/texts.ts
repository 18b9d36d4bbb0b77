/** The catalogue's words as the API says them; the same files that CLI and console read. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { merge, type Texts } from "../src/i18n/join";

export type Language = "en" | "zh-CN";
export type Params = Readonly<Record<string, unknown>>;

/** Finds words by language, key and parameters; null where the catalogue has none. */
export type Say = (language: Language, key: string, params?: Params) => string | null;

function load(folder: string): Texts {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf-8")) as Texts)
    .reduce<Texts>(merge, {});
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : String(value ?? "?");
}

/** Returns the words of the catalogue in `folder`, which has a folder for each language. */
export function catalogue(folder: string): Say {
  const texts: Record<Language, Texts> = {
    en: load(join(folder, "en")),
    "zh-CN": load(join(folder, "zh-CN")),
  };
  return (language, key, params = {}) => {
    let found: string | Texts | undefined = texts[language];
    for (const part of key.split(".")) found = typeof found === "object" ? found[part] : undefined;
    if (typeof found !== "string") return null;
    return found.replace(/\{(\w+)\}/g, (_, name: string) => shown(params[name]));
  };
}

/** The language of an `Accept-Language` header; browsers list the most wanted first. */
export function languageOf(header: string | undefined): Language {
  for (const wish of (header ?? "").split(",")) {
    if (/^\s*zh\b/i.test(wish)) return "zh-CN";
    if (/^\s*en\b/i.test(wish)) return "en";
  }
  return "en";
}
