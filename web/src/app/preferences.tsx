/** Language and colour mode: taken from the browser at first, remembered where it may. */
import { createContext, type ReactNode, use, useEffect, useMemo, useRef, useState } from "react";
import { I18nextProvider } from "react-i18next";

import { type Language, LANGUAGES, pickLanguage, speak, type Spoken } from "../i18n";
import { useMedia } from "./media";
import { recall, remember } from "./storage";

export type Mode = "light" | "dark" | "system";

interface Preferences {
  language: Language;
  spoken: Spoken;
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

function isMode(value: string | null): value is Mode {
  return value === "light" || value === "dark" || value === "system";
}

/** The language to begin with: the remembered one, else what the browser asks for. */
export function firstLanguage(): Language {
  const kept = recall("language");
  return LANGUAGES.find((language) => language === kept) ?? pickLanguage(navigator.languages);
}

/** The language in use and how to change it; of two quick changes the last one counts. */
function useSpoken(first: Spoken): [Spoken, (language: Language) => void] {
  const [spoken, setSpoken] = useState(first);
  const wish = useRef(first.language);
  useEffect(() => {
    document.documentElement.lang = spoken.language;
  }, [spoken]);
  const [change] = useState(() => (language: Language) => {
    wish.current = language;
    remember("language", language);
    speak(language).then(
      (next) => {
        if (wish.current === next.language) setSpoken(next);
      },
      () => {
        // The controller is away: the language stays, and the wish holds after a reload.
      },
    );
  });
  return [spoken, change];
}

export function PreferencesProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [spoken, setLanguage] = useSpoken(first);
  const [mode, setMode] = useState<Mode>(() => {
    const kept = recall("mode");
    return isMode(kept) ? kept : "system";
  });
  const systemDark = useMedia(DARK);
  const dark = mode === "system" ? systemDark : mode === "dark";

  const value = useMemo<Preferences>(
    () => ({
      language: spoken.language,
      spoken,
      mode,
      dark,
      setLanguage,
      setMode: (next) => {
        remember("mode", next);
        setMode(next);
      },
    }),
    [spoken, mode, dark, setLanguage],
  );
  return (
    <I18nextProvider i18n={spoken.texts}>
      <Context value={value}>{children}</Context>
    </I18nextProvider>
  );
}
