/** What everything stands on: the theme's tokens as properties that our own styles use. */
import { theme } from "antd";
import { type ReactNode, useLayoutEffect } from "react";

import { usePreferences } from "./preferences";
import { paletteFor } from "./theme";

export function Ground({ children }: { children: ReactNode }) {
  const { token } = theme.useToken();
  const { dark } = usePreferences();
  const { page, surface, raised, quiet, chosen, tones } = paletteFor(dark);
  const { colorText, colorPrimary, colorBorderSecondary, fontFamily, fontFamilyCode } = token;

  // On the document itself: dialogs and menus stand outside of our own elements.
  useLayoutEffect(() => {
    const { style } = document.documentElement;
    const properties: Record<string, string> = {
      "color-scheme": dark ? "dark" : "light",
      "--page": page,
      "--surface": surface,
      "--raised": raised,
      "--chosen": chosen,
      "--text": colorText,
      "--quiet": quiet,
      "--accent": colorPrimary,
      "--border": colorBorderSecondary,
      "--font": fontFamily,
      "--code": fontFamilyCode,
      ...Object.fromEntries(Object.entries(tones).map(([tone, colour]) => [`--${tone}`, colour])),
    };
    for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
  });

  return <div className="ground">{children}</div>;
}
