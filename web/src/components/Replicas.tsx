/** An environment on its nodes: state, progress, where it stands, and why it failed. */
import { Flex, Skeleton, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { placeOf, type Replica, useReplicas } from "../api/environments";
import { CauseCard } from "./CauseCard";
import { Loaded } from "./Loaded";
import { Moment } from "./Moment";
import { ReplicaProgress } from "./ReplicaProgress";
import { StateTag } from "./StateTag";

/** On a node that is away the state is the last known one, and its age is told. */
function Away({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  if (replica.node_state !== "offline") return null;
  return (
    <>
      <StateTag state="offline" />
      {replica.reported_at && (
        <span className="quiet">
          {t("console.last-known")} <Moment at={replica.reported_at} />
        </span>
      )}
    </>
  );
}

function Facts({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  const { revision, live_revision: live } = replica;
  const behind = live !== null && live !== undefined && live !== revision;
  return (
    <>
      {behind && <span className="quiet">{t("console.still-live", { revision: live })}</span>}
      {(replica.attempt ?? 1) > 1 && (
        <span className="quiet">{t("console.attempt", { count: replica.attempt })}</span>
      )}
      {replica.python_version && <span>Python {replica.python_version}</span>}
      {replica.path && (
        <Typography.Text code copyable style={{ overflowWrap: "anywhere" }}>
          {replica.path}
        </Typography.Text>
      )}
    </>
  );
}

/** So many are listed here; all of them are on the environment's own page. */
const FEW = 20;

/** What failed comes first, where not all are shown. */
function shownOf(replicas: Replica[]): Replica[] {
  if (replicas.length <= FEW) return replicas;
  const rank = ({ state }: Replica) => (state === "failed" ? 0 : state === "ready" ? 2 : 1);
  return [...replicas].sort((a, b) => rank(a) - rank(b)).slice(0, FEW);
}

function List({ replicas }: { replicas: Replica[] }) {
  const { t } = useTranslation();
  const [first] = replicas;
  if (!first) return <span className="quiet">{t("console.no-replicas")}</span>;
  return (
    <Flex vertical gap={16} component="ul" style={{ listStyle: "none", margin: 0, padding: 0 }}>
      {shownOf(replicas).map((replica) => (
        <Flex key={replica.node} vertical gap={8} component="li">
          <Flex gap="4px 20px" wrap align="center">
            <strong>{replica.node}</strong>
            <StateTag state={replica.state} />
            <Away replica={replica} />
            <Facts replica={replica} />
          </Flex>
          <ReplicaProgress replica={replica} />
          {replica.cause && <CauseCard cause={replica.cause} place={placeOf(replica)} />}
        </Flex>
      ))}
      {replicas.length > FEW && (
        <li>
          <Link to={`/environments/${first.environment}`}>
            {t("console.detail.all-nodes", { count: replicas.length })}
          </Link>
        </li>
      )}
    </Flex>
  );
}

const OUTLINE = <Skeleton active title={false} paragraph={{ rows: 2 }} />;

export function Replicas({ environment }: { environment: string }) {
  return (
    <Loaded of={useReplicas(environment)} outline={OUTLINE}>
      {({ items }) => <List replicas={items} />}
    </Loaded>
  );
}
