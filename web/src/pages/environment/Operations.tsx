/** All work on the environment, newest first. */
import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { causeWords } from "../../api/cause";
import type { Environment } from "../../api/environment";
import {
  durationOf,
  isOpen,
  type Operation,
  useAskOperation,
  useEnvironmentOperations,
} from "../../api/operations";
import { duration } from "../../app/figures";
import { useNow } from "../../app/now";
import { usePreferences } from "../../app/preferences";
import { CauseCard } from "../../components/CauseCard";
import { type Column, DataTable, LeftFacts } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { OperationButtons } from "../../components/OperationButtons";
import { Pager } from "../../components/Pager";
import { Prose } from "../../components/Prose";
import { StateTag } from "../../components/StateTag";
import type { Wish } from "./tabs";

const NOTHING = "–";
const TICK = 1_000;

function nameOf({ kind, node, revision }: Operation, t: TFunction): string {
  const what = t(`console.operation.kind.${kind}`);
  const which = revision ? ` ${t("console.detail.operations.revision", { revision })}` : "";
  return node ? t("console.detail.operations.on", { what: what + which, node }) : what + which;
}

function Duration({ operation }: { operation: Operation }) {
  const { language } = usePreferences();
  const now = useNow(isOpen(operation) ? TICK : null);
  const taken = durationOf(operation, now);
  return taken === null ? NOTHING : duration(taken, language);
}

function Why({ operation: { cause } }: { operation: Operation }) {
  const { i18n } = useTranslation();
  if (!cause) return null;
  const { message } = causeWords(cause, i18n);
  return (
    <div className="quiet cut" title={message.replaceAll("`", "")}>
      <Prose text={message} />
    </div>
  );
}

function columnsOf(t: TFunction): Column<Operation>[] {
  return [
    {
      key: "what",
      title: t("console.detail.column.operation"),
      render: (row) => (
        <>
          <Link to={`/operations/${row.id}`}>{nameOf(row, t)}</Link>
          <Why operation={row} />
        </>
      ),
    },
    {
      key: "state",
      title: t("console.column.state"),
      width: 116,
      render: (row) => <StateTag state={row.state} />,
    },
    {
      key: "duration",
      title: t("console.detail.column.duration"),
      width: 120,
      number: true,
      wideOnly: true,
      render: (row) => <Duration operation={row} />,
    },
    {
      key: "began",
      title: t("console.detail.column.began"),
      width: 150,
      wideOnly: true,
      render: (row) => <Moment at={row.started_at ?? row.created_at} />,
    },
    {
      key: "by",
      title: t("console.detail.column.by"),
      width: 130,
      wideOnly: true,
      render: (row) => row.requested_by ?? NOTHING,
    },
  ];
}

interface DetailProps {
  operation: Operation;
  left: Column<Operation>[];
}

function Detail({ operation, left }: DetailProps) {
  const { t } = useTranslation();
  const { id, environment, node, cause, attempt } = operation;
  return (
    <Flex vertical gap={12}>
      {cause && <CauseCard cause={cause} place={{ environment, node, operation: id }} />}
      <dl className="facts">
        <LeftFacts row={operation} left={left} />
        <div>
          <dt className="quiet">{t("console.detail.fact.id")}</dt>
          <dd>
            <code>{id}</code>
          </dd>
        </div>
        {attempt > 1 && (
          <div>
            <dt className="quiet">{t("console.detail.fact.attempt")}</dt>
            <dd>{attempt}</dd>
          </div>
        )}
      </dl>
    </Flex>
  );
}

/** The newest of its kind on its node: only that can be tried again. */
function newestIn({ operation, replicas }: Environment): ReadonlySet<string> {
  const ids = [operation, ...replicas.map((replica) => replica.operation)];
  return new Set(ids.flatMap((id) => id ?? []));
}

export function Operations({ environment, params, change }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const cursor = params.get("cursor");
  const question = useEnvironmentOperations(environment.name, cursor);
  const ask = useAskOperation();
  const newest = newestIn(environment);
  const columns: Column<Operation>[] = [
    ...columnsOf(t),
    {
      key: "do",
      title: t("console.detail.column.do"),
      width: 120,
      wideOnly: true,
      render: (row) => (
        <OperationButtons operation={row} newest={newest.has(row.id)} ask={ask} small />
      ),
    },
  ];
  return (
    <div className="stack">
      {ask.error && <Failure error={ask.error} />}
      <Loaded of={question}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Empty text={t("console.detail.operations.none")} />}
            {items.length > 0 && (
              <DataTable<Operation>
                label={t("console.detail.tab.operations")}
                columns={columns}
                rows={items}
                keyOf={(row) => row.id}
                nameOf={(row) => nameOf(row, t)}
                detail={(row, left) => <Detail operation={row} left={left} />}
                busy={question.isPlaceholderData}
              />
            )}
            <Pager
              cursor={cursor}
              next={next ?? null}
              onTurn={(to) => {
                change({ cursor: to });
              }}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}
