/** The providers, from the outside in, and the routes. */
import { QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import { useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";

import { Shell } from "../components/Shell";
import type { Spoken } from "../i18n";
import { EnvironmentsPage } from "../pages/EnvironmentsPage";
import { NotFoundPage } from "../pages/NotFoundPage";
import { Ground } from "./Ground";
import { PreferencesProvider, usePreferences } from "./preferences";
import { createQueries } from "./queries";
import { themeFor } from "./theme";

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      { index: true, element: <EnvironmentsPage /> },
      { path: "*", element: <NotFoundPage /> },
    ],
  },
]);

function nonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce;
}

function Themed() {
  const { dark, spoken } = usePreferences();
  const value = nonce();
  return (
    <ConfigProvider
      locale={spoken.locale}
      theme={themeFor(dark)}
      button={{ autoInsertSpace: false }}
      {...(value ? { csp: { nonce: value } } : {})}
    >
      <Ground>
        <RouterProvider router={router} />
      </Ground>
    </ConfigProvider>
  );
}

export function App({ spoken }: { spoken: Spoken }) {
  const [queries] = useState(createQueries);
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider first={spoken}>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
