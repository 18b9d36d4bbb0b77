/** How far work is: packages as a bar, packages and bytes as figures. */
import { Flex, Progress } from "antd";
import { useTranslation } from "react-i18next";

import type { components } from "../api/schema.gen";
import { bytes, share } from "../app/figures";
import { usePreferences } from "../app/preferences";

interface Props {
  progress: components["schemas"]["Progress"];
  /** What the bar is called. */
  label: string;
}

export function WorkProgress({ progress, label }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { packages_done: done, packages_total: total, bytes_done, bytes_total } = progress;
  const loaded = { bytes: bytes(bytes_done, language), size: bytes(bytes_total, language) };
  return (
    <Flex vertical style={{ maxWidth: 420 }}>
      <Progress
        percent={share(done, total)}
        size="small"
        showInfo={false}
        status="normal"
        aria-label={label}
      />
      <span className="quiet" style={{ fontVariantNumeric: "tabular-nums" }}>
        {t("console.packages-done", { done, total })}
        {bytes_total > 0 && ` · ${t("console.bytes-done", loaded)}`}
      </span>
    </Flex>
  );
}
