/** The frame of every page: sign-in first, then the header and the page. */
import { WarningFilled } from "@ant-design/icons";
import { Skeleton, Spin } from "antd";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Link, NavLink, Outlet, useLocation } from "react-router";

import { LiveContext, useLiveChanges } from "../api/events";
import { type Lost, type Session, useSession, useSignOut } from "../api/session";
import { SessionContext } from "../app/who";
import { SignInPage } from "../pages/SignInPage";
import { Account } from "./Account";
import { Boundary } from "./Boundary";
import { Failure } from "./Failure";
import { OpenCount } from "./OpenCount";
import { SignInAgain } from "./SignInAgain";
import { Switches } from "./Switches";
import { Words } from "./Word";

const PLACES = [
  { to: "/environments", text: "console.environments.title" },
  { to: "/nodes", text: "console.nodes.title" },
  { to: "/find", text: "console.find.title" },
  { to: "/activity", text: "console.activity.title", Beside: OpenCount },
];

function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <Spin size="large" delay={200} aria-label={t("console.loading")} />
    </main>
  );
}

function Header({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="shell-header">
      <Link to="/environments" className="shell-name" aria-label="Venvoy">
        <img src="/venvoy.svg" alt="" width={28} height={28} />
        <strong aria-hidden>Venvoy</strong>
      </Link>
      <nav className="shell-places" aria-label={t("console.places")}>
        {PLACES.map(({ to, text, Beside }) => (
          <NavLink key={to} to={to}>
            {t(text)}
            {Beside && <Beside />}
          </NavLink>
        ))}
      </nav>
      <div className="shell-tools">
        <Switches />
        <Account session={session} onSignOut={onSignOut} />
      </div>
    </header>
  );
}

/** Said once for all pages: what is shown is asked for again and again instead. */
function Polling() {
  const { t } = useTranslation();
  return (
    <p role="status" className="shell-notice">
      <WarningFilled aria-hidden /> {t("console.polling")}
    </p>
  );
}

function Frame({ session, lost }: { session: Session; lost: Lost | null }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  const live = useLiveChanges(lost === null);
  const { pathname } = useLocation();
  return (
    <SessionContext value={session}>
      <LiveContext value={live}>
        <a className="skip-link" href="#page">
          {t("console.skip")}
        </a>
        <Header
          session={session}
          onSignOut={() => {
            signOut.mutate();
          }}
        />
        <main id="page" className="shell-page" tabIndex={-1}>
          <div>
            {!live && <Polling />}
            {signOut.isError && <Failure error={signOut.error} />}
            <Words>
              <Boundary key={pathname}>
                <Suspense fallback={<Skeleton active title paragraph={{ rows: 8 }} />}>
                  <Outlet />
                </Suspense>
              </Boundary>
            </Words>
          </div>
        </main>
        {lost && <SignInAgain lost={lost} username={session.username} />}
      </LiveContext>
    </SessionContext>
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
  // Whose session ended in mid-work keeps the page and all that was typed into it.
  const shown = session ?? lost?.session;
  if (!shown) return <SignInPage lost={lost?.error ?? null} />;
  return <Frame key={shown.username} session={shown} lost={lost} />;
}
