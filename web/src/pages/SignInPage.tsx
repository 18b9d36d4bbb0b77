/** Sign-in: the first thing that a browser without a session sees. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";

import type { ApiError } from "../api/problem";
import { SessionEnded, SignInForm } from "../components/SignInForm";
import { Switches } from "../components/Switches";

const FIRST_USER = "admin";

export function SignInPage({ lost }: { lost: ApiError | null }) {
  const { t } = useTranslation();
  return (
    <main className="sign-in">
      <title>{`${t("console.sign-in.submit")} · Venvoy`}</title>
      <div className="panel">
        <Flex align="center" gap={4} style={{ marginBottom: 24 }}>
          <img src="/venvoy.svg" alt="" width={36} height={36} />
          <h1 style={{ flex: 1, fontSize: 22, lineHeight: 1.3, margin: "0 8px" }}>
            {t("console.sign-in.title")}
          </h1>
          <Switches />
        </Flex>
        {lost && (
          <div style={{ marginBottom: 16 }}>
            <SessionEnded error={lost} />
          </div>
        )}
        <SignInForm username={FIRST_USER} />
        <p className="quiet" style={{ margin: "16px 0 0" }}>
          {t("console.sign-in.where")}
        </p>
      </div>
    </main>
  );
}
