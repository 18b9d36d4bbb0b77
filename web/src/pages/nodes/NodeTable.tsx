/** The table of nodes: what each is, how it does, when it was heard of. */
import { WarningFilled } from "@ant-design/icons";
import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { type Column, LeftFacts } from "../../components/DataTable";
import { HeldTable } from "../../components/HeldTable";
import { Labels } from "../../components/Labels";
import { Moment } from "../../components/Moment";
import { RowName } from "../../components/RowName";
import { StateTag } from "../../components/StateTag";
import { clockWrong } from "./clock";
import { Meter } from "./Meter";
import { Platform } from "./Platform";

interface Props {
  /** Names what was asked for; null while the answer is on its way. */
  list: string | null;
  items: Node[];
  sort: string;
  onSort: (sort: string) => void;
  /** A label as `key=value`, to see no others. */
  onLabel: (label: string) => void;
}

const NOTHING = "–";
/** Labels for which a row has room; all of them stand in what it opens to. */
const IN_ROW = 2;

function Name({ node, onLabel }: { node: Node } & Pick<Props, "onLabel">) {
  const { name, title, labels } = node;
  return (
    <>
      <RowName to={`/nodes/${name}`} name={name} title={title} />
      <Labels className="wide-only" most={IN_ROW} labels={labels} onChoose={onLabel} />
    </>
  );
}

function State({ node, gone }: { node: Node; gone: boolean }) {
  const { t } = useTranslation();
  if (gone) return <span className="quiet">{t("console.list.gone")}</span>;
  const both = node.cordoned && node.state !== "cordoned";
  return (
    <>
      <StateTag state={node.state} />
      {both && <div className="quiet">{t("states.cordoned")}</div>}
      {clockWrong(node) && (
        <div className="warn-word">
          <WarningFilled aria-hidden /> {t("console.nodes.clock")}
        </div>
      )}
    </>
  );
}

/** When it was heard of, and which agent said so. */
function Seen({ node }: { node: Node }) {
  const { t } = useTranslation();
  const { last_seen_at: seen, agent_version: agent, uv_version: uv } = node;
  return (
    <>
      <div>{seen ? <Moment at={seen} /> : NOTHING}</div>
      {agent && (
        <div className="quiet cut">{t("console.nodes.versions", { agent, uv: uv ?? NOTHING })}</div>
      )}
    </>
  );
}

function meter(metric: "cpu" | "memory" | "disk", t: TFunction): Column<Node> {
  return {
    key: metric,
    title: t(`console.nodes.metric.${metric}`),
    width: 116,
    ordered: true,
    largestFirst: true,
    wideOnly: true,
    render: (row) => <Meter node={row} metric={metric} />,
  };
}

function columnsOf(
  t: TFunction,
  gone: ReadonlySet<string>,
  onLabel: Props["onLabel"],
): Column<Node>[] {
  return [
    {
      key: "name",
      title: t("console.column.name"),
      ordered: true,
      render: (row) => <Name node={row} onLabel={onLabel} />,
    },
    {
      key: "state",
      title: t("console.column.state"),
      width: 96,
      ordered: true,
      render: (row) => <State node={row} gone={gone.has(row.id)} />,
    },
    meter("cpu", t),
    meter("memory", t),
    meter("disk", t),
    {
      key: "platform",
      title: t("console.nodes.column.platform"),
      width: 108,
      wideOnly: true,
      render: (row) => <Platform node={row} />,
    },
    {
      key: "region",
      title: t("console.nodes.column.region"),
      width: 84,
      ordered: true,
      wideOnly: true,
      render: (row) => row.region || NOTHING,
    },
    {
      key: "last_seen_at",
      title: t("console.nodes.column.seen"),
      width: 128,
      ordered: true,
      largestFirst: true,
      wideOnly: true,
      render: (row) => <Seen node={row} />,
    },
  ];
}

interface DetailProps extends Pick<Props, "onLabel"> {
  node: Node;
  left: Column<Node>[];
}

function Detail({ node, left, onLabel }: DetailProps) {
  return (
    <Flex vertical gap={16}>
      <Labels labels={node.labels} onChoose={onLabel} />
      <dl className="facts">
        <LeftFacts row={node} left={left} />
      </dl>
    </Flex>
  );
}

const keyOf = ({ id }: Node) => id;
const nameOf = ({ name }: Node) => name;

export function NodeTable({ list, items, sort, onSort, onLabel }: Props) {
  const { t } = useTranslation();
  const columns = useCallback(
    (gone: ReadonlySet<string>) => columnsOf(t, gone, onLabel),
    [t, onLabel],
  );
  const detail = useCallback(
    (row: Node, left: Column<Node>[]) => <Detail node={row} left={left} onLabel={onLabel} />,
    [onLabel],
  );
  return (
    <HeldTable<Node>
      label={t("console.nodes.title")}
      list={list}
      items={items}
      columns={columns}
      keyOf={keyOf}
      nameOf={nameOf}
      narrowDetail={detail}
      sort={sort}
      onSort={onSort}
    />
  );
}
