/** The table of environments; a row opens to what its nodes report. */
import "./EnvironmentTable.css";

import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import type { EnvironmentItem } from "../api/environments";
import { pythonShown } from "../app/figures";
import type { Column } from "./DataTable";
import { HeldTable } from "./HeldTable";
import { Labels } from "./Labels";
import { Moment } from "./Moment";
import { Replicas } from "./Replicas";
import { RowName } from "./RowName";
import { Summary } from "./Summary";

interface Props {
  /** Names what was asked for; null while the answer is on its way. */
  list: string | null;
  items: EnvironmentItem[];
  /** A field of the API, with `-` in front for the other direction. */
  sort: string;
  onSort: (sort: string) => void;
  /** A label as `key=value`, to see no others. */
  onLabel: (label: string) => void;
}

const NOTHING = "–";
/** Labels for which a row has room; all of them stand in what it opens to. */
const IN_ROW = 2;

interface NameProps {
  environment: EnvironmentItem;
  onLabel: (label: string) => void;
}

function Name({ environment, onLabel }: NameProps) {
  const { name, title, labels } = environment;
  return (
    <>
      <RowName to={`/environments/${name}`} name={name} title={title} />
      <Labels className="wide-only" most={IN_ROW} labels={labels} onChoose={onLabel} />
    </>
  );
}

function nodesShown({ node, counts }: EnvironmentItem, t: TFunction): string {
  if (node) return node;
  const total = Object.values(counts).reduce((sum, number) => sum + number, 0);
  if (total === 0) return NOTHING;
  return t("console.nodes-ready", { ready: counts.ready ?? 0, total });
}

function columnsOf(
  t: TFunction,
  gone: ReadonlySet<string>,
  onLabel: (label: string) => void,
): Column<EnvironmentItem>[] {
  return [
    {
      key: "name",
      title: t("console.column.name"),
      ordered: true,
      render: (row) => <Name environment={row} onLabel={onLabel} />,
    },
    {
      key: "state",
      title: t("console.column.state"),
      render: (row) =>
        gone.has(row.id) ? (
          <span className="quiet">{t("console.list.gone")}</span>
        ) : (
          <Summary environment={row} />
        ),
    },
    {
      key: "nodes",
      title: t("console.column.nodes"),
      width: 120,
      wideOnly: true,
      render: (row) => nodesShown(row, t),
    },
    {
      key: "revision",
      title: t("console.column.revision"),
      width: 84,
      number: true,
      wideOnly: true,
      render: (row) => row.revision ?? NOTHING,
    },
    {
      key: "python",
      title: t("console.column.python"),
      width: 96,
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
      width: 132,
      ordered: true,
      wideOnly: true,
      render: (row) => <Moment at={row.updated_at} />,
    },
  ];
}

interface DetailProps extends NameProps {
  left: Column<EnvironmentItem>[];
}

function Detail({ environment, left, onLabel }: DetailProps) {
  return (
    <Flex vertical gap={16}>
      {environment.description && (
        <div style={{ whiteSpace: "pre-line" }}>{environment.description}</div>
      )}
      {(left.length > 0 || Object.keys(environment.labels).length > IN_ROW) && (
        <Labels labels={environment.labels} onChoose={onLabel} />
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

const keyOf = ({ id }: EnvironmentItem) => id;
const nameOf = ({ name }: EnvironmentItem) => name;

export function EnvironmentTable({ list, items, sort, onSort, onLabel }: Props) {
  const { t } = useTranslation();
  const columns = useCallback(
    (gone: ReadonlySet<string>) => columnsOf(t, gone, onLabel),
    [t, onLabel],
  );
  const detail = useCallback(
    (row: EnvironmentItem, left: Column<EnvironmentItem>[]) => (
      <Detail environment={row} left={left} onLabel={onLabel} />
    ),
    [onLabel],
  );
  return (
    <HeldTable<EnvironmentItem>
      label={t("console.environments.title")}
      list={list}
      items={items}
      columns={columns}
      keyOf={keyOf}
      nameOf={nameOf}
      detail={detail}
      sort={sort}
      onSort={onSort}
    />
  );
}
