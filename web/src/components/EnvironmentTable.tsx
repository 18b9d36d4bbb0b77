/** The table of environments; a row opens to what its nodes report. */
import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { EnvironmentItem } from "../api/environments";
import { pythonShown } from "../app/figures";
import { type Column, DataTable } from "./DataTable";
import { Moment } from "./Moment";
import { Replicas } from "./Replicas";
import { Summary } from "./Summary";

interface Props {
  items: EnvironmentItem[];
  busy: boolean;
  /** A field of the API, with `-` in front for the other direction. */
  sort: string;
  onSort: (sort: string) => void;
}

const NOTHING = "–";

function Name({ environment }: { environment: EnvironmentItem }) {
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

function nodesShown({ node, counts }: EnvironmentItem, t: TFunction): string {
  if (node) return node;
  const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
  if (total === 0) return NOTHING;
  return t("console.nodes-ready", { ready: counts.ready ?? 0, total });
}

function columnsOf(t: TFunction): Column<EnvironmentItem>[] {
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
  environment: EnvironmentItem;
  left: Column<EnvironmentItem>[];
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
      <Replicas environment={environment.name} />
    </Flex>
  );
}

export function EnvironmentTable({ items, busy, sort, onSort }: Props) {
  const { t } = useTranslation();
  return (
    <DataTable<EnvironmentItem>
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
