/** Who is signed in, and the way out. */
import { UserOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";

import { type Session, useSignOut } from "../api/session";

export function Account({ session }: { session: Session }) {
  const { t } = useTranslation();
  const signOut = useSignOut();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "role", label: t(`console.role.${session.role}`), disabled: true },
          {
            key: "out",
            label: t("console.sign-out"),
            onClick: () => {
              signOut.mutate();
            },
          },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />}>
        {session.username}
      </Button>
    </Dropdown>
  );
}
