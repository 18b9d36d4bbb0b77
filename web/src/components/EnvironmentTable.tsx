/** The table of environments; a row opens to what its nodes report. */
import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { Environment } from "../api/environments";
import { pythonShown } from "../app/figures";
import { type Column, DataTable } from "./DataTable";
import { Moment } from "./Moment";
import { Replicas } from "./Replicas";
import { Summary } from "./Summary";

interface Props {
  items: Environment[];
  busy: boolean;
  /** A field of the API, with `-` in front for the other direction. */
  sort: string;
  onSort: (sort: string) => void;
}

const NOTHING = "–";

function Name({ environment }: { environment: Environment }) {
  return (
    <>
      <strong>{environment.name}</strong>
      {environment.title && (
        <div className="quiet cut" title={environment.title}>
          {environment.title}
        </div>
      )}
    </>
  );
}

function nodesShown({ replicas }: Environment, t: TFunction): string {
  const [only] = replicas;
  if (!only) return NOTHING;
  if (replicas.length === 1) return only.node;
  const ready = replicas.filter(({ state }) => state === "ready").length;
  return t("console.nodes-ready", { ready, total: replicas.length });
}

function columnsOf(t: TFunction): Column<Environment>[] {
  return [
    {
      key: "name",
      title: t("console.column.name"),
      ordered: true,
      render: (row) => <Name environment={row} />,
    },
    {
      key: "state",
      title: t("console.column.state"),
      render: (row) => <Summary environment={row} />,
    },
    {
      key: "nodes",
      title: t("console.column.nodes"),
      width: 130,
      wideOnly: true,
      render: (row) => nodesShown(row, t),
    },
    {
      key: "revision",
      title: t("console.column.revision"),
      width: 92,
      number: true,
      wideOnly: true,
      render: (row) => row.revision ?? NOTHING,
    },
    {
      key: "python",
      title: t("console.column.python"),
      width: 130,
      wideOnly: true,
      render: (row) => (row.python ? pythonShown(row.python) : NOTHING),
    },
    {
      key: "packages",
      title: t("console.column.packages"),
      width: 96,
      number: true,
      wideOnly: true,
      render: (row) => (row.revision ? row.package_count : NOTHING),
    },
    {
      key: "updated_at",
      title: t("console.column.updated"),
      width: 140,
      ordered: true,
      wideOnly: true,
      render: (row) => <Moment at={row.updated_at} />,
    },
  ];
}

interface DetailProps {
  environment: Environment;
  left: Column<Environment>[];
}

function Detail({ environment, left }: DetailProps) {
  return (
    <Flex vertical gap={16}>
      {environment.description && (
        <div style={{ whiteSpace: "pre-line" }}>{environment.description}</div>
      )}
      {left.length > 0 && (
        <dl className="facts">
          {left.map(({ key, title, render }) => (
            <div key={key}>
              <dt className="quiet">{title}</dt>
              <dd>{render(environment)}</dd>
            </div>
          ))}
        </dl>
      )}
      <Replicas replicas={environment.replicas} />
    </Flex>
  );
}

export function EnvironmentTable({ items, busy, sort, onSort }: Props) {
  const { t } = useTranslation();
  return (
    <DataTable<Environment>
      label={t("console.environments.title")}
      columns={columnsOf(t)}
      rows={items}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      detail={(row, left) => <Detail environment={row} left={left} />}
      sort={sort}
      onSort={onSort}
      busy={busy}
    />
  );
}
