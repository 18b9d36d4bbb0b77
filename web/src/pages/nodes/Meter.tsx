/** How much of a node is in use: a figure that keeps its place, and a bar below it. */
import "./Meter.css";

import { useTranslation } from "react-i18next";

import type { Metric, Node } from "../../api/nodes";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { gaugeOf, toneOf } from "./gauge";

interface Props {
  node: Node;
  metric: Metric;
  /** What it is called, where no header says so: otherwise it is only read out. */
  named?: boolean;
}

/** On a node that is away it is the last known one, in no colour. */
export function Meter({ node, metric, named = false }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const gauge = gaugeOf(node, metric);
  if (!gauge) return <span className="quiet">–</span>;
  const { share, used, total } = gauge;
  const old = node.state === "offline";
  const percent = new Intl.NumberFormat(language, { style: "percent" }).format(share);
  const size =
    metric === "cpu"
      ? t("console.nodes.cores", { count: total ?? 0 })
      : t("console.nodes.of", { total: bytes(total ?? 0, language, 0) });
  const exact =
    metric === "cpu"
      ? percent
      : t("console.nodes.used-of", {
          used: bytes(used ?? 0, language),
          total: bytes(total ?? 0, language),
        });
  const name = t(`console.nodes.metric.${metric}`);
  return (
    <div className={`gauge ${old ? "old" : (toneOf(gauge, metric) ?? "")}`} title={exact}>
      <div className="gauge-figures">
        {named && <span>{name}</span>}
        <span className="gauge-share">{percent}</span>
        <span className="quiet cut">{size}</span>
      </div>
      <div
        className="gauge-track"
        role="meter"
        aria-label={t("console.nodes.metric-of", { metric: name, node: node.name })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={exact}
      >
        <div className="gauge-fill" style={{ width: `${String(Math.round(share * 100))}%` }} />
      </div>
    </div>
  );
}
