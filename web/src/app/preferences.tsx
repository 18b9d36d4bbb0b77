/** Language and colour mode: taken from the browser at first, remembered where it may. */
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";
import { I18nextProvider } from "react-i18next";

import { createTexts, type Language, LANGUAGES, pickLanguage } from "../i18n";
import { recall, remember } from "./storage";

export type Mode = "light" | "dark" | "system";

interface Preferences {
  language: Language;
  mode: Mode;
  dark: boolean;
  setLanguage: (language: Language) => void;
  setMode: (mode: Mode) => void;
}

const Context = createContext<Preferences | null>(null);
const DARK = "(prefers-color-scheme: dark)";

export function usePreferences(): Preferences {
  const found = use(Context);
  if (!found) throw new Error("no preferences above this component");
  return found;
}

function isLanguage(value: string | null): value is Language {
  return LANGUAGES.some((language) => language === value);
}

function isMode(value: string | null): value is Mode {
  return value === "light" || value === "dark" || value === "system";
}

function useSystemDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia(DARK).matches);
  useEffect(() => {
    const query = matchMedia(DARK);
    const follow = () => {
      setDark(query.matches);
    };
    query.addEventListener("change", follow);
    return () => {
      query.removeEventListener("change", follow);
    };
  }, []);
  return dark;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => {
    const kept = recall("language");
    return isLanguage(kept) ? kept : pickLanguage(navigator.languages);
  });
  const [mode, setMode] = useState<Mode>(() => {
    const kept = recall("mode");
    return isMode(kept) ? kept : "system";
  });
  const systemDark = useSystemDark();
  const dark = mode === "system" ? systemDark : mode === "dark";
  const [texts] = useState(() => createTexts(language));

  useEffect(() => {
    void texts.changeLanguage(language);
    document.documentElement.lang = language;
  }, [texts, language]);
  useEffect(() => {
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [dark]);

  const value = useMemo<Preferences>(
    () => ({
      language,
      mode,
      dark,
      setLanguage: (next) => {
        remember("language", next);
        setLanguage(next);
      },
      setMode: (next) => {
        remember("mode", next);
        setMode(next);
      },
    }),
    [language, mode, dark],
  );
  return (
    <I18nextProvider i18n={texts}>
      <Context value={value}>{children}</Context>
    </I18nextProvider>
  );
}
