/** Operations as rows: what, how far or why not, and what can be done. */
import { Flex, Progress } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { causeWords } from "../../api/cause";
import { isOpen, type Operation, type useAskOperation } from "../../api/operations";
import { bytes, share } from "../../app/figures";
import { useMedia } from "../../app/media";
import { usePreferences } from "../../app/preferences";
import { type Column, DataTable } from "../../components/DataTable";
import { Moment } from "../../components/Moment";
import { OperationButtons } from "../../components/OperationButtons";
import { Prose } from "../../components/Prose";
import { StateTag } from "../../components/StateTag";
import { Duration } from "../operation/Facts";
import { titleOf } from "../operation/words";

const PHONE = "(width < 720px)";

type Ask = ReturnType<typeof useAskOperation>;

interface Props {
  label: string;
  rows: Operation[];
  newest: ReadonlySet<string>;
  ask: Ask;
  busy: boolean;
}

function What({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { id, kind, environment, node, python } = operation;
  return (
    <div className="activity-what">
      <Link to={`/operations/${id}`} aria-label={titleOf(operation, t)}>
        {t(`console.operation.kind.${kind}`, { defaultValue: kind })}
      </Link>
      <div className="quiet">
        {environment && (
          <Link className="activity-environment" to={`/environments/${environment}`}>
            {environment}
          </Link>
        )}
        {python && `Python ${python}`}
        {node && ` · ${node}`}
      </div>
    </div>
  );
}

function Figures({ operation: { progress, step } }: { operation: Operation }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!progress?.packages_total) return step ? t(`steps.${step}`, { defaultValue: step }) : null;
  const { packages_done: done, packages_total: total, bytes_done, bytes_total } = progress;
  const loaded = { bytes: bytes(bytes_done, language), size: bytes(bytes_total, language) };
  const packages = t("console.packages-done", { done, total });
  return bytes_total > 0 ? `${packages} · ${t("console.bytes-done", loaded)}` : packages;
}

/** The bar has its place before there is progress, so that rows keep their height. */
function Doing({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { progress } = operation;
  return (
    <>
      <Progress
        percent={share(progress?.packages_done ?? 0, progress?.packages_total ?? 0)}
        size={["100%", 4]}
        showInfo={false}
        status="normal"
        aria-label={t("console.progress", { node: titleOf(operation, t) })}
        style={{ maxWidth: 260, display: "block", lineHeight: 1 }}
      />
      <div className="quiet cut activity-figures">
        <Figures operation={operation} />
      </div>
    </>
  );
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

function State({ operation }: { operation: Operation }) {
  return (
    <>
      <StateTag state={operation.state} />
      {isOpen(operation) ? <Doing operation={operation} /> : <Why operation={operation} />}
    </>
  );
}

/** On a phone what can be done is in the row's details: beside it nothing could be read. */
function columnsOf(
  t: TFunction,
  { newest, ask, phone }: { newest: ReadonlySet<string>; ask: Ask; phone: boolean },
): Column<Operation>[] {
  return [
    {
      key: "what",
      title: t("console.activity.column.what"),
      render: (row) => <What operation={row} />,
    },
    {
      key: "state",
      title: t("console.column.state"),
      width: phone ? "42%" : "30%",
      render: (row) => <State operation={row} />,
    },
    {
      key: "by",
      title: t("console.operation.fact.by"),
      width: 120,
      wideOnly: true,
      render: ({ requested_by: by }) => by ?? "Venvoy",
    },
    {
      key: "duration",
      title: t("console.operation.fact.duration"),
      width: 110,
      number: true,
      wideOnly: true,
      render: (row) => <Duration operation={row} />,
    },
    {
      key: "when",
      title: t("console.activity.column.when"),
      width: 130,
      wideOnly: true,
      render: ({ created_at: created, ended_at: ended }) => <Moment at={ended ?? created} />,
    },
    {
      key: "act",
      title: t("console.activity.column.act"),
      width: 92,
      number: true,
      wideOnly: phone,
      render: (row) => (
        <Flex justify={phone ? "start" : "end"}>
          <OperationButtons operation={row} newest={newest.has(row.id)} ask={ask} small />
        </Flex>
      ),
    },
  ];
}

export function OperationTable({ label, rows, newest, ask, busy }: Props) {
  const { t } = useTranslation();
  const phone = useMedia(PHONE);
  const columns = useMemo(
    () => columnsOf(t, { newest, ask, phone }),
    [t, newest, ask, phone],
  );
  return (
    <DataTable<Operation>
      label={label}
      columns={columns}
      rows={rows}
      keyOf={(row) => row.id}
      nameOf={(row) => titleOf(row, t)}
      busy={busy}
    />
  );
}
