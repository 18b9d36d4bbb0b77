/** Why work failed: cause, remedy, where it happened and the proof; to be copied as a whole. */
import { Alert, Flex } from "antd";
import { useTranslation } from "react-i18next";

import {
  type Cause,
  causeLabel,
  causeText,
  causeWords,
  logCommand,
  type Place,
  whereWords,
} from "../api/cause";
import { Command } from "./Command";
import { CopyButton } from "./CopyButton";
import { Prose } from "./Prose";

interface Props {
  cause: Cause;
  place: Place;
  /** How the command line prints the log; pointless beside the log itself. */
  withLog?: boolean;
}

function Log({ place }: { place: Place }) {
  const { t } = useTranslation();
  const command = logCommand(place);
  if (!command) return null;
  return (
    <Flex gap={8} align="baseline" wrap>
      <span className="quiet">{t("console.cause.log")}</span>
      <Command>{command}</Command>
    </Flex>
  );
}

export function CauseCard({ cause, place, withLog = true }: Props) {
  const { t, i18n } = useTranslation();
  const { message, remedy } = causeWords(cause, i18n);
  return (
    <Alert
      type="error"
      showIcon
      role="group"
      aria-label={causeLabel(place, i18n)}
      title={<Prose text={message} />}
      action={
        <CopyButton
          label={t("console.cause.copy")}
          text={() => causeText(cause, place, i18n)}
        />
      }
      description={
        <Flex vertical gap={8}>
          <span>
            <Prose text={remedy} />
          </span>
          <span className="quiet">
            {whereWords(cause, i18n)}
            {cause.transient && ` · ${t("console.cause.transient")}`}
            {" · "}
            <code>{cause.code}</code>
          </span>
          {cause.evidence && cause.evidence.length > 0 && <pre>{cause.evidence.join("\n")}</pre>}
          {withLog && <Log place={place} />}
        </Flex>
      }
    />
  );
}
