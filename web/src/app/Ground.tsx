/** What everything stands on: antd's tokens as properties that our own styles use. */
import { theme } from "antd";
import { type CSSProperties, type ReactNode, useEffect } from "react";

import { usePreferences } from "./preferences";
import { paletteFor } from "./theme";

export function Ground({ children }: { children: ReactNode }) {
  const { token } = theme.useToken();
  const { dark } = usePreferences();
  const { page, surface, raised, quiet, tones } = paletteFor(dark);

  // The canvas behind the page shows when a phone scrolls past its ends.
  useEffect(() => {
    document.documentElement.style.backgroundColor = page;
    document.documentElement.style.colorScheme = dark ? "dark" : "light";
  }, [page, dark]);

  const style: Record<`--${string}`, string> = {
    "--page": page,
    "--surface": surface,
    "--raised": raised,
    "--text": token.colorText,
    "--quiet": quiet,
    "--accent": token.colorPrimary,
    "--border": token.colorBorderSecondary,
    "--font": token.fontFamily,
    "--code": token.fontFamilyCode,
    ...Object.fromEntries(Object.entries(tones).map(([tone, colour]) => [`--${tone}`, colour])),
  };
  return (
    <div className="ground" style={style as CSSProperties}>
      {children}
    </div>
  );
}
