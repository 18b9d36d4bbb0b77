/** What went wrong and what to do, for a whole page or a part of one. */
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

import { wordsOf } from "../api/problem";
import { Prose } from "./Prose";

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  const { message, hint } = wordsOf(error, i18n);
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={<Prose text={message} />}
      description={hint && <Prose text={hint} />}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {t("console.retry")}
          </Button>
        )
      }
    />
  );
}
