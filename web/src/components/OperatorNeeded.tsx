/** Said calmly to who may look but not change. */
import { LockOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Empty } from "./Empty";

export function OperatorNeeded() {
  const { t } = useTranslation();
  return (
    <Empty text={t("console.operator-needed", { role: t("console.role.operator") })}>
      <LockOutlined aria-hidden style={{ order: -1, fontSize: 24, color: "var(--quiet)" }} />
      <Link to="/environments">{t("console.environments.title")}</Link>
    </Empty>
  );
}
