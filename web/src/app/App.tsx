/** The providers, from the outside in, and the routes. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";

import { ApiError } from "../api/problem";
import { Shell } from "../components/Shell";
import { EnvironmentsPage } from "../pages/EnvironmentsPage";
import { NotFoundPage } from "../pages/NotFoundPage";
import { PreferencesProvider, usePreferences } from "./preferences";
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

/** Questions that the controller has understood and refused are not asked again. */
function again(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}

function nonce(): string | undefined {
  return document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce;
}

function Themed() {
  const { dark, language } = usePreferences();
  const value = nonce();
  return (
    <ConfigProvider
      locale={language === "zh-CN" ? zhCN : enUS}
      theme={themeFor(dark)}
      {...(value ? { csp: { nonce: value } } : {})}
    >
      <AntApp>
        <RouterProvider router={router} />
      </AntApp>
    </ConfigProvider>
  );
}

export function App() {
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: again, staleTime: 2_000 } } }),
  );
  return (
    <QueryClientProvider client={queries}>
      <PreferencesProvider>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
