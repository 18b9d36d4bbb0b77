/** Why a form could not be sent, with the cause where the requirements are to blame. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import { ApiError } from "../../api/problem";
import { CauseCard } from "../../components/CauseCard";
import { Failure } from "../../components/Failure";

export function SubmitFailure({ error }: { error: Error | null }) {
  const { t } = useTranslation();
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  if (!problem?.cause) return <Failure error={error} />;
  const operation = problem.params?.operation;
  const place = {
    environment: null,
    node: null,
    operation: typeof operation === "string" ? operation : null,
  };
  return (
    <>
      <Alert type="error" showIcon role="alert" title={t("console.create.unsolved")} />
      <CauseCard cause={problem.cause} place={place} withLog={false} />
    </>
  );
}
