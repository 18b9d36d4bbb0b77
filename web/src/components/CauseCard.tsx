/** Why an environment failed on a node: cause, remedy, where it happened and the proof. */
import { Alert, Flex } from "antd";
import { useTranslation } from "react-i18next";

import { type Cause, causeWords } from "../api/cause";
import type { Replica } from "../api/environments";
import { Command } from "./Command";
import { Prose } from "./Prose";

export function CauseCard({ cause, replica }: { cause: Cause; replica: Replica }) {
  const { t, i18n } = useTranslation();
  const { message, remedy } = causeWords(cause, i18n);
  const where = { step: t(`steps.${cause.step}`), hop: t(`hops.${cause.hop}`) };
  return (
    <Alert
      type="error"
      showIcon
      role="group"
      aria-label={t("console.cause.label", { node: replica.node })}
      title={<Prose text={message} />}
      description={
        <Flex vertical gap={8}>
          <span>
            <Prose text={remedy} />
          </span>
          <span className="quiet">
            {t("console.cause.where", where)}
            {cause.transient && ` · ${t("console.cause.transient")}`}
          </span>
          {cause.evidence && cause.evidence.length > 0 && <pre>{cause.evidence.join("\n")}</pre>}
          <Flex gap={8} align="baseline" wrap>
            <span className="quiet">{t("console.cause.log")}</span>
            <Command>{`venvoy env logs ${replica.environment} --node ${replica.node}`}</Command>
          </Flex>
        </Flex>
      }
    />
  );
}
