/** What is on the node: each environment with its state there, and why one failed. */
import "../../components/RowName.css";

import { PlusOutlined } from "@ant-design/icons";
import { Flex, Typography } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { placeOf, type Replica } from "../../api/environments";
import { type Node, useNodeReplicas } from "../../api/nodes";
import { useMay } from "../../app/who";
import { CauseCard } from "../../components/CauseCard";
import { type Column, DataTable, LeftFacts, TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { RowName } from "../../components/RowName";
import { StateCounts } from "../../components/StateCounts";
import { countsOf, revisionShown, State } from "../environment/replicas";
import type { Wish } from "./tabs";

const NOTHING = "–";

function columnsOf(t: TFunction): Column<Replica>[] {
  return [
    {
      key: "environment",
      title: t("console.node.column.environment"),
      render: ({ environment }) => (
        <RowName to={`/environments/${environment}`} name={environment} title="" />
      ),
    },
    {
      key: "state",
      title: t("console.column.state"),
      render: (row) => <State replica={row} />,
    },
    {
      key: "revision",
      title: t("console.column.revision"),
      width: 96,
      number: true,
      render: (row) => revisionShown(row, t),
    },
    {
      key: "python",
      title: t("console.column.python"),
      width: 96,
      wideOnly: true,
      render: (row) => row.python_version ?? NOTHING,
    },
    {
      key: "path",
      title: t("console.detail.column.path"),
      width: "34%",
      wideOnly: true,
      render: (row) =>
        row.path ? (
          <Typography.Text code copyable className="path">
            {row.path}
          </Typography.Text>
        ) : (
          NOTHING
        ),
    },
    {
      key: "operation",
      title: t("console.detail.column.operation"),
      width: 108,
      wideOnly: true,
      render: ({ operation, environment }) =>
        operation ? (
          <Link
            to={`/operations/${operation}`}
            aria-label={t("console.node.operation-of", { environment })}
          >
            {t("console.detail.show-operation")}
          </Link>
        ) : (
          NOTHING
        ),
    },
  ];
}

function Detail({ replica, left }: { replica: Replica; left: Column<Replica>[] }) {
  const { t } = useTranslation();
  const { cause, prefix, reported_at: reported } = replica;
  return (
    <Flex vertical gap={12}>
      {cause && <CauseCard cause={cause} place={placeOf(replica)} />}
      <dl className="facts">
        <LeftFacts row={replica} left={left} />
        {prefix && (
          <div>
            <dt className="quiet">{t("console.detail.fact.prefix")}</dt>
            <dd>
              <code className="path">{prefix}</code>
            </dd>
          </div>
        )}
        {reported && (
          <div>
            <dt className="quiet">{t("console.detail.fact.reported")}</dt>
            <dd>
              <Moment at={reported} />
            </dd>
          </div>
        )}
      </dl>
    </Flex>
  );
}

function detailOf(replica: Replica, left: Column<Replica>[]) {
  return <Detail replica={replica} left={left} />;
}

export function Environments({ node: { name }, params, change }: { node: Node } & Wish) {
  const { t } = useTranslation();
  const question = useNodeReplicas(name);
  const columns = useMemo(() => columnsOf(t), [t]);
  const may = useMay("operator");
  const wanted = params.get("state");
  return (
    <Loaded of={question} outline={<TableOutline />}>
      {({ items }) => {
        const shown = wanted ? items.filter(({ state }) => state === wanted) : items;
        return (
          <div className="stack">
            {(items.length > 1 || wanted) && (
              <StateCounts<string>
                single
                label={t("console.node.states")}
                counts={countsOf(items)}
                chosen={wanted ? [wanted] : []}
                onChoose={([state = null]) => {
                  change({ state });
                }}
              />
            )}
            {items.length === 0 && (
              <Empty text={t("console.node.no-environments")}>
                {may && (
                  <LinkButton to={`/create?node=${name}`} icon={<PlusOutlined aria-hidden />}>
                    {t("console.node.create-here")}
                  </LinkButton>
                )}
              </Empty>
            )}
            {items.length > 0 && shown.length === 0 && (
              <span className="quiet" role="status">
                {t("console.node.no-such-state")}
              </span>
            )}
            {shown.length > 0 && (
              <DataTable<Replica>
                label={t("console.node.tab.environments")}
                columns={columns}
                rows={shown}
                keyOf={(row) => row.environment}
                nameOf={(row) => row.environment}
                detail={detailOf}
              />
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
