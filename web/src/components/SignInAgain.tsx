/** Signing in again over a page whose session has ended: nothing on it is lost. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";

import type { Lost } from "../api/session";
import { Dialog } from "./Dialog";
import { SessionEnded, SignInForm } from "./SignInForm";

export function SignInAgain({ lost, username }: { lost: Lost; username: string }) {
  const { t } = useTranslation();
  return (
    <Dialog narrow title={t("console.sign-in.again")}>
      <Flex vertical gap={16}>
        <SessionEnded error={lost.error} />
        <SignInForm username={username} />
      </Flex>
    </Dialog>
  );
}
