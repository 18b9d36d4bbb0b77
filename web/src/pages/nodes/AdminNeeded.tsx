/** Said calmly to who may look at nodes but not let machines in. */
import { LockOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";

import { Empty } from "../../components/Empty";

export function AdminNeeded() {
  const { t } = useTranslation();
  return (
    <Empty text={t("console.nodes.first.admin")}>
      <LockOutlined aria-hidden style={{ order: -1, fontSize: 24, color: "var(--quiet)" }} />
    </Empty>
  );
}
