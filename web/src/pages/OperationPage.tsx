/** One operation: what it does, how far it is, why it failed, and its log. */
import "./operation/operation.css";

import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";

import { isOpen, type Operation, useAskOperation, useNewest, useOperation } from "../api/operations";
import { CauseCard } from "../components/CauseCard";
import { Failure } from "../components/Failure";
import { Loaded } from "../components/Loaded";
import { OperationLog } from "../components/log/OperationLog";
import { OperationButtons } from "../components/OperationButtons";
import { Page } from "../components/Page";
import { WorkProgress } from "../components/WorkProgress";
import { Facts } from "./operation/Facts";
import { titleOf } from "./operation/words";

function Trail() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("console.operation.trail")}>
      <Link to="/activity">{t("console.activity.title")}</Link>
    </nav>
  );
}

type Ask = ReturnType<typeof useAskOperation>;

function Buttons({ operation, ask }: { operation: Operation; ask: Ask }) {
  const newest = useNewest(operation);
  return <OperationButtons operation={operation} newest={newest} ask={ask} />;
}

function Work({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { environment, node, progress, cause } = operation;
  return (
    <>
      {isOpen(operation) && progress && progress.packages_total > 0 && (
        <WorkProgress
          progress={progress}
          label={t("console.progress", { node: node ?? environment ?? "" })}
        />
      )}
      {cause && <CauseCard cause={cause} place={{ environment, node, operation: operation.id }} withLog={false} />}
    </>
  );
}

export function OperationPage() {
  const { operation: id = "" } = useParams();
  return <OneOperation key={id} id={id} />;
}

function OneOperation({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const question = useOperation(id);
  const ask = useAskOperation((made) => {
    void navigate(`/operations/${made.id}`);
  });
  const { data } = question;
  return (
    <Page
      title={data ? titleOf(data, t) : t("console.operation.title")}
      trail={<Trail />}
      tools={data && <Buttons operation={data} ask={ask} />}
    >
      {ask.isError && <Failure error={ask.error} />}
      <Loaded of={question}>
        {(operation) => (
          <>
            <Facts operation={operation} />
            <Work operation={operation} />
            <OperationLog operation={operation.id} />
          </>
        )}
      </Loaded>
    </Page>
  );
}
