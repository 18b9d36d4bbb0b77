/** Who is signed in, and the way out. */
import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";

import type { Session } from "../api/session";

export function Account({ session, onSignOut }: { session: Session; onSignOut: () => void }) {
  const { t } = useTranslation();
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{
        items: [
          {
            key: "role",
            type: "group",
            label: t(`console.role.${session.role}`),
            children: [{ key: "out", label: t("console.sign-out"), onClick: onSignOut }],
          },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined aria-hidden />} aria-haspopup="menu">
        {session.username}
      </Button>
    </Dropdown>
  );
}
