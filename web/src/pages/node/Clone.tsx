/** A second machine that has this node's identity: which one, and what to do there. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";

export function Clone({ node }: { node: Node }) {
  const { t } = useTranslation();
  const { clone } = node;
  if (!clone) return null;
  const unknown = t("console.clone.unknown");
  return (
    <Alert
      type="warning"
      showIcon
      title={t("console.clone.title", {
        host: clone.hostname || unknown,
        address: clone.address || unknown,
      })}
      description={t("console.clone.remedy", {
        holder: clone.holder_hostname || unknown,
        address: clone.holder_address || unknown,
      })}
    />
  );
}
