/** Processes that work in environments: whose, what, with which revision, since when. */
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Running, RunningProcess } from "../api/processes";
import { type Column, DataTable } from "./DataTable";
import { Moment } from "./Moment";
import { RowName } from "./RowName";
import { StateTag } from "./StateTag";

const NOTHING = "–";

interface Props {
  running: Running;
  /** What tells the rows apart: on an environment's page the node, on a node's the environment. */
  by: "node" | "environment";
}

function placeColumn(by: Props["by"], t: TFunction): Column<RunningProcess> {
  return {
    key: by,
    title: t(`console.processes.column.${by}`),
    render: ({ node, node_state: state, environment }) =>
      by === "node" ? (
        <>
          <RowName to={`/nodes/${node}`} name={node} title="" />
          {state === "offline" && <StateTag state={state} />}
        </>
      ) : (
        <RowName to={`/environments/${environment}`} name={environment} title="" />
      ),
  };
}

function columnsOf(by: Props["by"], t: TFunction): Column<RunningProcess>[] {
  return [
    placeColumn(by, t),
    {
      key: "program",
      title: t("console.processes.column.program"),
      render: ({ program }) => <code className="path">{program}</code>,
    },
    {
      key: "revision",
      title: t("console.processes.column.revision"),
      width: 96,
      number: true,
      render: ({ revision }) => revision ?? t("console.processes.unknown"),
    },
    {
      key: "user",
      title: t("console.processes.column.user"),
      width: 140,
      wideOnly: true,
      render: ({ user }) => user || NOTHING,
    },
    {
      key: "process",
      title: t("console.processes.column.process"),
      width: 110,
      number: true,
      wideOnly: true,
      render: ({ pid }) => pid,
    },
    {
      key: "since",
      title: t("console.processes.column.since"),
      width: 150,
      wideOnly: true,
      render: ({ since }) => <Moment at={since} />,
    },
  ];
}

export function ProcessTable({ running: { items, total }, by }: Props) {
  const { t } = useTranslation();
  const columns = useMemo(() => columnsOf(by, t), [by, t]);
  return (
    <>
      <DataTable<RunningProcess>
        label={t("console.processes.label")}
        columns={columns}
        rows={items}
        keyOf={({ environment, node, pid }) => `${environment} ${node} ${pid}`}
        nameOf={({ program, pid }) => `${program} ${pid}`}
      />
      {total > items.length && (
        <p className="quiet">{t("console.processes.more", { shown: items.length, total })}</p>
      )}
    </>
  );
}
