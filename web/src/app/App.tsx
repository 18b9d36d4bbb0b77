/** The providers, from the outside in. */
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import { useState } from "react";
import { RouterProvider } from "react-router";

import type { Spoken } from "../i18n";
import { Ground } from "./Ground";
import { useMedia } from "./media";
import { nonce } from "./nonce";
import { PreferencesProvider, usePreferences } from "./preferences";
import { createRoutes } from "./routes";
import { themeFor } from "./theme";

/**
 * Where dialogs and menus stand. Not the body itself: over that, a dialog of antd's locks
 * scrolling with a style that carries no nonce, which the page's policy refuses.
 */
function layers(): HTMLElement {
  return document.getElementById("layers") ?? document.body;
}

function Themed() {
  const { dark, spoken } = usePreferences();
  const [routes] = useState(createRoutes);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const value = nonce();
  return (
    <ConfigProvider
      locale={spoken.locale}
      theme={themeFor(dark, still)}
      button={{ autoInsertSpace: false }}
      getPopupContainer={layers}
      {...(value ? { csp: { nonce: value } } : {})}
    >
      <Ground>
        <RouterProvider router={routes} />
      </Ground>
    </ConfigProvider>
  );
}

export function App({ queries, spoken }: { queries: QueryClient; spoken: Spoken }) {
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider first={spoken}>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
