/** How a node has been doing: processors, memory and disk, over a stretch of time. */
import { Radio, Skeleton } from "antd";
import { useTranslation } from "react-i18next";

import { type Metric, type Node, useNodeHistory } from "../../api/nodes";
import { oneOf } from "../../app/address";
import { Loaded } from "../../components/Loaded";
import { Chart } from "./Chart";
import type { Wish } from "./tabs";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Milliseconds. */
const SPANS = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY } as const;
type Span = keyof typeof SPANS;
const NAMES = Object.keys(SPANS) as Span[];
const METRICS: readonly Metric[] = ["cpu", "memory", "disk"];

/** The value at the top of a chart: all that there is. */
function topOf(node: Node, metric: Metric): number {
  if (metric === "cpu") return 100;
  return (metric === "memory" ? node.memory_bytes : node.disk_total_bytes) ?? 0;
}

const OUTLINE = <Skeleton active title={false} paragraph={{ rows: 4 }} className="chart" />;

function Asked({ node, metric, span }: { node: Node; metric: Metric; span: Span }) {
  const question = useNodeHistory(node.name, metric, SPANS[span]);
  // The answer's own time: a chart moves when it is renewed, and not in between.
  const to = question.dataUpdatedAt;
  return (
    <Loaded of={question} outline={OUTLINE}>
      {(history) => (
        <Chart
          name={node.name}
          metric={metric}
          history={history}
          frame={{ from: to - SPANS[span], to, top: topOf(node, metric) }}
        />
      )}
    </Loaded>
  );
}

export function Charts({ node, params, change }: { node: Node } & Wish) {
  const { t } = useTranslation();
  const span = oneOf(params, "span", NAMES) ?? "hour";
  return (
    <section className="panel charts">
      <div className="section-head">
        <h2>{t("console.node.chart.title")}</h2>
        <Radio.Group
          aria-label={t("console.node.chart.span")}
          optionType="button"
          size="small"
          value={span}
          onChange={({ target }) => {
            change({ span: target.value === "hour" ? null : String(target.value) });
          }}
          options={NAMES.map((each) => ({ value: each, label: t(`console.node.chart.${each}`) }))}
        />
      </div>
      <div className="chart-row">
        {METRICS.map((metric) => (
          <Asked key={metric} node={node} metric={metric} span={span} />
        ))}
      </div>
    </section>
  );
}
