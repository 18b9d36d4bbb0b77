/** How far a build is: packages as a bar, bytes as figures. */
import { Flex, Progress } from "antd";
import { useTranslation } from "react-i18next";

import { isMoving, type Replica } from "../api/environments";
import { bytes, share } from "../app/figures";
import { usePreferences } from "../app/preferences";

export function ReplicaProgress({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const done = replica.progress;
  if (!isMoving(replica) || !done?.packages_total) return null;
  const packages = { done: done.packages_done, total: done.packages_total };
  const loaded = {
    bytes: bytes(done.bytes_done, language),
    size: bytes(done.bytes_total, language),
  };
  return (
    <Flex vertical style={{ maxWidth: 420 }}>
      <Progress
        percent={share(packages.done, packages.total)}
        size="small"
        showInfo={false}
        status="normal"
        aria-label={t("console.progress", { node: replica.node })}
      />
      <span className="quiet">
        {t("console.packages-done", packages)}
        {done.bytes_total > 0 && ` · ${t("console.bytes-done", loaded)}`}
      </span>
    </Flex>
  );
}
