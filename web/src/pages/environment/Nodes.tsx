/** The environment on each of its nodes, narrowed to a state where there are many. */
import { Button, Flex, Typography } from "antd";
import type { TFunction } from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { placeOf, type Replica } from "../../api/environments";
import { CauseCard } from "../../components/CauseCard";
import "../../components/RowName.css";

import { type Column, DataTable, LeftFacts } from "../../components/DataTable";
import { Moment } from "../../components/Moment";
import { StateCounts } from "../../components/StateCounts";
import { StateTag } from "../../components/StateTag";
import { WantedLink } from "./Compare";
import { Matrix } from "./Matrix";
import { countsOf, revisionShown, State } from "./replicas";
import type { Wish } from "./tabs";

const NOTHING = "–";
/** So many rows are shown at first; a browser can show thousands, but nobody reads them. */
const FEW = 50;
/** With more failures than this, each is opened by who wants to read it. */
const READABLE = 3;

/** Whether a replica has something that must not go unseen: a failure, also after a switch. */
function tells({ cause, note, state }: Replica): boolean {
  return Boolean(note) || (Boolean(cause) && (state === "failed" || state === "ready"));
}

/** On a node that is away the state is the last known one, and its age is told. */
function Node({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  return (
    <>
      <Link to={`/nodes/${replica.node}`} className="row-name">
        <strong>{replica.node}</strong>
      </Link>
      {replica.node_state !== "online" && (
        <div>
          <StateTag state={replica.node_state} />
        </div>
      )}
      {replica.node_state === "offline" && replica.reported_at && (
        <div className="quiet">
          {t("console.last-known")} <Moment at={replica.reported_at} />
        </div>
      )}
    </>
  );
}

function columnsOf(t: TFunction): Column<Replica>[] {
  return [
    {
      key: "node",
      title: t("console.detail.column.node"),
      render: (row) => <Node replica={row} />,
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
      render: (row) =>
        row.operation ? (
          <Link
            to={`/operations/${row.operation}`}
            aria-label={t("console.detail.operation-of", { node: row.node })}
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
  const { cause, note, prefix, reported_at: reported } = replica;
  return (
    <Flex vertical gap={12}>
      {cause && <CauseCard cause={cause} place={placeOf(replica)} />}
      {note && <CauseCard cause={note} place={placeOf(replica)} withLog={false} />}
      {replica.live_revision && (
        <div>
          <WantedLink name={replica.environment} node={replica.node} />
        </div>
      )}
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

/** With so many nodes they are shown at a glance, too. */
const MANY = 9;

interface Narrowed {
  /** A state, or null for any. */
  state: string | null;
  /** One node's name, or null for every one. */
  node: string | null;
}

function narrowedIn(params: URLSearchParams): Narrowed {
  return { state: params.get("state"), node: params.get("node") };
}

/** How many are in each state, and where there are many, each of them as a tile. */
function Glance({ replicas, params, change }: { replicas: Replica[] } & Wish) {
  const { t } = useTranslation();
  const { state: wanted, node } = narrowedIn(params);
  const many = replicas.length >= MANY;
  const tiles = useMemo(
    () => (wanted ? replicas.filter(({ state }) => state === wanted) : replicas),
    [replicas, wanted],
  );
  return (
    <>
      <div className="section-head">
        <h2>{t("console.column.nodes")}</h2>
        {(replicas.length > 1 || wanted) && (
          <StateCounts<string>
            single
            label={t("console.detail.states")}
            counts={countsOf(replicas)}
            chosen={wanted ? [wanted] : []}
            onChoose={([state = null]) => {
              change({ state, node: null });
            }}
            {...(many ? { letterOf: (state) => t(`console.matrix.letter.${state}`) } : {})}
          />
        )}
      </div>
      {many && tiles.length > 0 && (
        <Matrix
          replicas={tiles}
          chosen={node}
          onChoose={(chosen) => {
            change({ node: chosen });
          }}
        />
      )}
      {node && (
        <div className="one-node" role="status">
          {t("console.matrix.only", { node })}
          <Button
            size="small"
            onClick={() => {
              change({ node: null });
            }}
          >
            {t("console.matrix.all")}
          </Button>
        </div>
      )}
    </>
  );
}

export function Nodes({ replicas, params, change }: { replicas: Replica[] } & Wish) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const columns = useMemo(() => columnsOf(t), [t]);
  const { state: wanted, node } = narrowedIn(params);
  const telling = replicas.filter(tells).length;
  const matching = replicas.filter(
    (each) => (!wanted || each.state === wanted) && (!node || each.node === node),
  );
  const shown = all ? matching : matching.slice(0, FEW);
  return (
    <section className="stack">
      <Glance replicas={replicas} params={params} change={change} />
      {replicas.length === 0 && <span className="quiet">{t("console.no-replicas")}</span>}
      {replicas.length > 0 && shown.length === 0 && (
        <span className="quiet" role="status">
          {t("console.detail.no-such-state")}
        </span>
      )}
      {shown.length > 0 && (
        <DataTable<Replica>
          key={node ?? ""}
          label={t("console.column.nodes")}
          columns={columns}
          rows={shown}
          keyOf={(row) => row.node}
          nameOf={(row) => row.node}
          openAtFirst={(row) =>
            row.node === node ||
            (tells(row) && telling <= READABLE)
          }
          detail={detailOf}
        />
      )}
      {shown.length < matching.length && (
        <div>
          <Button
            onClick={() => {
              setAll(true);
            }}
          >
            {t("console.detail.all-nodes", { count: matching.length })}
          </Button>
        </div>
      )}
    </section>
  );
}
