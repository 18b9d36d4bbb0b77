/** The frame of every page: sign-in first, then the header and the page. */
import { Layout, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { Outlet } from "react-router";

import { type Session, useSession, useSignOut } from "../api/session";
import { SignInPage } from "../pages/SignInPage";
import { Account } from "./Account";
import { Failure } from "./Failure";
import { Switches } from "./Switches";

function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <Spin size="large" delay={200} aria-label={t("console.loading")} />
    </main>
  );
}

function Frame({ session }: { session: Session }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Layout style={{ minHeight: "100dvh" }}>
      <a className="skip-link" href="#page">
        {t("console.skip")}
      </a>
      <Layout.Header className="shell-header">
        <img src="/venvoy.svg" alt="" width={28} height={28} />
        <strong style={{ flex: 1, fontSize: 18, paddingInlineStart: 8 }}>Venvoy</strong>
        <Switches />
        <Account
          session={session}
          onSignOut={() => {
            signOut.mutate();
          }}
        />
      </Layout.Header>
      <main id="page" className="shell-page" tabIndex={-1}>
        <div>
          {signOut.isError && <Failure error={signOut.error} />}
          <Outlet />
        </div>
      </main>
    </Layout>
  );
}

export function Shell() {
  const who = useSession();
  if (who.isPending) return <Waiting />;
  // A question that fails later changes nothing: the page itself says what it cannot read.
  if (who.isLoadingError)
    return (
      <main className="sign-in">
        <div style={{ maxWidth: 640 }}>
          <Failure error={who.error} retry={() => void who.refetch()} />
        </div>
      </main>
    );
  const { session, lost } = who.data;
  return session ? <Frame session={session} /> : <SignInPage lost={lost} />;
}
