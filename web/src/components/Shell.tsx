/** The frame of every page: sign-in first, then the header and the page. */
import { Layout, Spin, theme, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";

import { useSession } from "../api/session";
import { SignInPage } from "../pages/SignInPage";
import { Account } from "./Account";
import { Failure } from "./Failure";
import { Switches } from "./Switches";

function Waiting() {
  const { t } = useTranslation();
  return (
    <main style={{ minHeight: "100dvh", display: "grid", placeItems: "center" }}>
      <Spin size="large" aria-label={t("console.loading")} />
    </main>
  );
}

export function Shell() {
  const { t } = useTranslation();
  const { token } = theme.useToken();
  const session = useSession();
  if (session.isPending) return <Waiting />;
  if (session.isError)
    return (
      <main style={{ maxWidth: 640, margin: "96px auto", padding: 24 }}>
        <Failure error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  if (!session.data) return <SignInPage />;
  return (
    <Layout style={{ minHeight: "100dvh" }}>
      <a className="skip-link" href="#page" style={{ background: token.colorBgContainer }}>
        {t("console.skip")}
      </a>
      <Layout.Header
        style={{
          display: "flex",
          alignItems: "center",
          gap: 16,
          borderBottom: `1px solid ${token.colorBorderSecondary}`,
        }}
      >
        <img src="/venvoy.svg" alt="" width={28} height={28} />
        <Typography.Text strong style={{ fontSize: 18, flex: 1 }}>
          Venvoy
        </Typography.Text>
        <Switches />
        <Account session={session.data} />
      </Layout.Header>
      <Layout.Content id="page" role="main" tabIndex={-1} style={{ padding: 24, outline: "none" }}>
        <div style={{ maxWidth: 1440, margin: "0 auto" }}>
          <Outlet />
        </div>
      </Layout.Content>
    </Layout>
  );
}
