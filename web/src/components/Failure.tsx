/** What went wrong and what to do, for a whole page or a part of one. */
import { LockOutlined } from "@ant-design/icons";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

import { ApiError, wordsOf } from "../api/problem";
import { Prose } from "./Prose";

/** A refusal for who may not is no fault: it is said calmly. */
function forbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403;
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t, i18n } = useTranslation();
  const { message, hint } = wordsOf(error, i18n);
  const looks = forbidden(error) ? { type: "info", icon: <LockOutlined /> } : { type: "error" };
  return (
    <Alert
      {...(looks as { type: "info" | "error" })}
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
