/** What each node does: whether and why it builds, what it fetches, whether it fits. */
import { WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";

import type { Plan, PlanNode } from "../../api/plans";
import { bytes, listed, pythonShown } from "../../app/figures";
import { groupsOf } from "../../app/groups";
import { usePreferences } from "../../app/preferences";
import { NodeNames, useGroupName } from "../../components/NodeNames";
import { StateTag } from "../../components/StateTag";

function Facts({ node }: { node: PlanNode }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { python, python_before: before, fetch_files: files, unknown_sizes: unknown } = node;
  const words = { files, bytes: bytes(node.fetch_bytes, language), unknown };
  const free = node.disk_free_bytes;
  const disk = bytes(node.disk_bytes, language);
  const because = node.because.map((each) => t(`plan.because.${each}`));
  return (
    <dl className="facts">
      <div>
        <dt className="quiet">{t("console.plan.because")}</dt>
        <dd>{listed(because, language)}</dd>
      </div>
      <div>
        <dt className="quiet">Python</dt>
        <dd className="figure">
          {before && before !== python && <span className="quiet">{before} → </span>}
          {python}
        </dd>
      </div>
      <div>
        <dt className="quiet">{t("console.preflight.download")}</dt>
        <dd className="figure">
          {files === 0
            ? t("console.plan.no-fetch")
            : t(unknown > 0 ? "console.plan.fetch-unknown" : "console.plan.fetch", words)}
        </dd>
      </div>
      <div>
        <dt className="quiet">{t("console.preflight.disk")}</dt>
        <dd className="figure">
          {typeof free === "number"
            ? t("console.preflight.disk-of", { needed: disk, free: bytes(free, language) })
            : disk}
        </dd>
      </div>
    </dl>
  );
}

function Warnings({ node, plan }: { node: PlanNode; plan: Plan }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const wanted = pythonShown(plan.python);
  const short = typeof node.disk_free_bytes === "number" && node.disk_bytes > node.disk_free_bytes;
  const told = [
    node.python === null && node.platform !== null
      ? t("console.plan.no-python", { node: node.node, wanted })
      : null,
    short ? t("console.preflight.verdict.disk", { nodes: node.node }) : null,
    node.missing.length > 0
      ? t("console.plan.no-wheel", { packages: listed(node.missing, language) })
      : null,
  ].filter((each) => each !== null);
  return told.map((text) => (
    <p key={text} className="warn plan-warning">
      <WarningFilled aria-hidden /> {text}
    </p>
  ));
}

/** What a node does, whatever it is called and has free: those who do the same are shown once. */
function alike(node: PlanNode): string {
  const { disk_free_bytes: free, disk_bytes: needed } = node;
  const short = typeof free === "number" && needed > free;
  return JSON.stringify({ ...node, node: short ? node.node : "", disk_free_bytes: null });
}

/** The one of a group that has the least room. */
function tightest(group: readonly PlanNode[]): PlanNode | undefined {
  const room = ({ disk_free_bytes: free }: PlanNode) => free ?? Infinity;
  return [...group].sort((a, b) => room(a) - room(b))[0];
}

function Group({ group, plan }: { group: PlanNode[]; plan: Plan }) {
  const { t } = useTranslation();
  const nameOf = useGroupName();
  const names = group.map(({ node }) => node);
  const node = tightest(group);
  if (!node) return null;
  return (
    <section className="panel" aria-label={names.length === 1 ? node.node : nameOf(names)}>
      <h2 className="node-head">
        {nameOf(names)} <StateTag state={node.state} />
      </h2>
      <NodeNames names={names} />
      <Warnings node={node} plan={plan} />
      {node.because.length > 0 ? (
        <Facts node={node} />
      ) : (
        <p className="quiet">{t("console.plan.not-built")}</p>
      )}
    </section>
  );
}

function Leaving({ names }: { names: readonly string[] }) {
  const { t } = useTranslation();
  const nameOf = useGroupName();
  if (names.length === 0) return null;
  return (
    <section className="panel" aria-label={t("console.place.leaving")}>
      <h2 className="node-head">{nameOf(names)}</h2>
      <NodeNames names={names} />
      <p className="warn plan-warning">
        <WarningFilled aria-hidden /> {t("console.place.leaving-why")}
      </p>
    </section>
  );
}

export function PlanNodes({ plan }: { plan: Plan }) {
  return (
    <>
      {groupsOf(plan.nodes, alike).map((group) => (
        <Group key={group[0]?.node} group={group} plan={plan} />
      ))}
      <Leaving names={plan.leaving ?? []} />
    </>
  );
}
