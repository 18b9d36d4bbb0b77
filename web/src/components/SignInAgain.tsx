/** Signing in again over a page whose session has ended: nothing on it is lost. */
import { Modal } from "antd";
import { useTranslation } from "react-i18next";

import type { Lost } from "../api/session";
import { SessionEnded, SignInForm } from "./SignInForm";

export function SignInAgain({ lost, username }: { lost: Lost; username: string }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t("console.sign-in.again")}
      footer={null}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      width={400}
    >
      <div style={{ marginBlock: 16 }}>
        <SessionEnded error={lost.error} />
      </div>
      <SignInForm username={username} />
    </Modal>
  );
}
