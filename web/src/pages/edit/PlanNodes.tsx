/** What each node does: whether and why it builds, what it fetches, whether it fits. */
import { WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";

import type { Plan, PlanNode } from "../../api/plans";
import { bytes, listed, pythonShown } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
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

export function PlanNodes({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  return plan.nodes.map((node) => (
    <section key={node.node} className="panel" aria-label={node.node}>
      <h2 className="node-head">
        {t("console.preflight.on-node", { node: node.node })} <StateTag state={node.state} />
      </h2>
      <Warnings node={node} plan={plan} />
      {node.because.length > 0 ? (
        <Facts node={node} />
      ) : (
        <p className="quiet">{t("console.plan.not-built")}</p>
      )}
    </section>
  ));
}
