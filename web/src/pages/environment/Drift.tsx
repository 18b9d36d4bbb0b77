/** What was done by hand: for each node that differs, every difference that it told. */
import { Flex } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type DriftEntry, type ReplicaDrift, useDrift } from "../../api/drift";
import type { Environment } from "../../api/environment";
import { useMay } from "../../app/who";
import { type Column, DataTable, TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { AdoptButton } from "./AdoptButton";
import { NodesToCompare, WantedLink } from "./Compare";
import { HealButton, Verify } from "./DriftActions";

const NOTHING = "–";

function columnsOf(t: TFunction): Column<DriftEntry>[] {
  return [
    {
      key: "kind",
      title: t("console.drift.column.kind"),
      width: 160,
      render: ({ kind }) => t(`drift-kinds.${kind}`, { defaultValue: kind }),
    },
    {
      key: "package",
      title: t("console.drift.column.package"),
      render: (row) => <strong>{row.package}</strong>,
    },
    {
      key: "wanted",
      title: t("console.drift.column.wanted"),
      width: 130,
      wideOnly: true,
      render: ({ wanted }) => <span className="figures">{wanted || NOTHING}</span>,
    },
    {
      key: "found",
      title: t("console.drift.column.found"),
      width: 130,
      wideOnly: true,
      render: ({ found }) => <span className="figures">{found || NOTHING}</span>,
    },
    {
      key: "file",
      title: t("console.drift.column.file"),
      wideOnly: true,
      render: ({ path }) => (path ? <code className="path">{path}</code> : NOTHING),
    },
  ];
}

function Node({ name, drift }: { name: string; drift: ReplicaDrift }) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const { node, revision, total, entries, observed_at: at } = drift;
  return (
    <section className="stack" aria-label={node}>
      <Flex gap="8px 16px" align="center" justify="space-between" wrap>
        <h2>
          <Link to={`/nodes/${node}`}>{node}</Link>
        </h2>
        <Flex gap={8} wrap>
          {may && <AdoptButton name={name} node={node} />}
          <HealButton name={name} nodes={[node]} />
        </Flex>
      </Flex>
      <Flex gap="4px 16px" align="baseline" wrap>
        <span className="quiet">
          {t("console.drift.from", { revision: revision ?? NOTHING })} · <Moment at={at} />
        </span>
        <WantedLink name={name} node={node} />
      </Flex>
      <DataTable<DriftEntry>
        label={t("console.drift.of", { node })}
        columns={columnsOf(t)}
        rows={entries}
        keyOf={(row) => `${row.kind} ${row.package} ${row.path}`}
        nameOf={(row) => row.package}
      />
      {total > entries.length && (
        <p className="quiet">{t("console.drift.more", { shown: entries.length, total })}</p>
      )}
    </section>
  );
}

/** What its policy makes of it; nothing where it only alerts. */
function Policy({ policy }: Pick<Environment, "policy">) {
  const { t } = useTranslation();
  const drift = policy?.drift;
  if (drift !== "heal" && drift !== "ignore") return null;
  return <p>{t(drift === "heal" ? "console.drift.self" : "console.drift.ignored")}</p>;
}

function Told({ name, nodes }: { name: string; nodes: readonly ReplicaDrift[] }) {
  const { t } = useTranslation();
  const drifted = nodes.filter(({ total }) => total > 0);
  const counts = { drifted: drifted.length, total: nodes.length };
  if (nodes.length === 0) return <Empty text={t("console.drift.untold")} />;
  const pair = nodes.length > 1 && (
    <NodesToCompare name={name} nodes={nodes.map(({ node }) => node)} />
  );
  if (drifted.length === 0) {
    return (
      <>
        <Empty text={t("console.drift.none", { count: nodes.length })} />
        {pair}
      </>
    );
  }
  return (
    <>
      {pair}
      <Flex gap="8px 16px" align="center" justify="space-between" wrap>
        <p role="status">{t("console.drift.counts", counts)}</p>
        {drifted.length > 1 && <HealButton name={name} nodes={drifted.map(({ node }) => node)} />}
      </Flex>
      <p className="quiet">{t("console.drift.what")}</p>
      {drifted.map((drift) => (
        <Node key={drift.node} name={name} drift={drift} />
      ))}
    </>
  );
}

export function Drift({ environment: { name, policy } }: { environment: Environment }) {
  const question = useDrift(name);
  return (
    <Loaded of={question} outline={<TableOutline />}>
      {(nodes) => (
        <div className="stack">
          <Policy policy={policy} />
          <Verify name={name} />
          <Told name={name} nodes={nodes} />
        </div>
      )}
    </Loaded>
  );
}
