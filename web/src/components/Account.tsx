/** Who is signed in, and the way out. */
import { UserOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/session";
import { MenuButton } from "./MenuButton";

export function Account({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const { t } = useTranslation();
  const out = { key: "out", label: t("console.sign-out"), onClick: onSignOut };
  const role = t(`console.role.${session.role}`);
  return (
    <MenuButton
      icon={<UserOutlined aria-hidden />}
      items={[{ key: "role", type: "group", label: role, children: [out] }]}
    >
      {session.username}
    </MenuButton>
  );
}
