/** One figure of a node over time, drawn without any library: a line, its peaks, its gaps. */
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Metric, NodeHistory } from "../../api/nodes";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import {
  areaOf,
  type Frame,
  lineOf,
  type Mark,
  marksOf,
  nearest,
  placeIn,
  stretchesOf,
  summaryOf,
  thinned,
} from "./chart";

interface Props {
  name: string;
  metric: Metric;
  history: NodeHistory;
  frame: Frame;
}

const LINES = [25, 50, 75];
const DAY = 24 * 3_600_000;

/** How a value is said: per cent, or bytes. */
function useWords(metric: Metric): (value: number) => string {
  const { language } = usePreferences();
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  return (value) => (metric === "cpu" ? percent.format(value / 100) : bytes(value, language));
}

function useTimes(frame: Frame): (at: number) => string {
  const { language } = usePreferences();
  const long = frame.to - frame.from > DAY;
  const format = new Intl.DateTimeFormat(
    language,
    long
      ? { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }
      : { hour: "2-digit", minute: "2-digit" },
  );
  return (at) => format.format(at);
}

function Lines({ marks, step, frame }: { marks: Mark[]; step: number; frame: Frame }) {
  const stretches = useMemo(() => thinned(stretchesOf(marks, step)), [marks, step]);
  return (
    <svg className="chart-lines" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      {LINES.map((y) => (
        <line key={y} className="chart-grid" x1="0" x2="100" y1={y} y2={y} />
      ))}
      {stretches.map((stretch) => {
        const key = stretch[0]?.at;
        return (
          <g key={key}>
            <path className="chart-area" d={areaOf(stretch, frame)} />
            <path className="chart-peak" d={lineOf(stretch, frame, "peak")} />
            <path className="chart-mean" d={lineOf(stretch, frame, "mean")} />
          </g>
        );
      })}
    </svg>
  );
}

/** Which moment is looked at: by a pointer, or step by step with the arrow keys. */
function useLooked(marks: Mark[], step: number, frame: Frame) {
  const [at, setAt] = useState<number | null>(null);
  const looked = at === null ? null : nearest(marks, at, step);
  const point = ({ currentTarget, clientX }: PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    setAt(frame.from + ((clientX - left) / width) * (frame.to - frame.from));
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") setAt(null);
    if (by === undefined || marks.length === 0) return;
    event.preventDefault();
    const now = looked ? marks.indexOf(looked) : by < 0 ? marks.length : -1;
    setAt(marks[Math.min(marks.length - 1, Math.max(0, now + by))]?.at ?? null);
  };
  const leave = () => {
    setAt(null);
  };
  return { looked, hands: { onPointerMove: point, onPointerLeave: leave, onKeyDown: press, onBlur: leave } };
}

export function Chart({ name, metric, history, frame }: Props) {
  const { t } = useTranslation();
  const marks = useMemo(() => marksOf(history), [history]);
  const words = useWords(metric);
  const times = useTimes(frame);
  const { looked, hands } = useLooked(marks, history.step_seconds, frame);
  const summary = summaryOf(marks);
  const title = t(`console.nodes.metric.${metric}`);
  const told = summary
    ? t("console.node.chart.summary", { mean: words(summary.mean), peak: words(summary.peak) })
    : t("console.node.chart.nothing");
  const said = looked
    ? t("console.node.chart.at", { time: times(looked.at), value: words(looked.mean) })
    : told;
  const [x, y] = looked ? placeIn(frame, looked.at, looked.mean) : [0, 0];
  return (
    <section className="chart" aria-label={t("console.nodes.metric-of", { metric: title, node: name })}>
      <div className="chart-head">
        <h3>{title}</h3>
        <span className="quiet figures" aria-live={looked ? "polite" : "off"}>
          {said}
        </span>
      </div>
      <div
        className="chart-frame"
        role="img"
        aria-label={told}
        tabIndex={marks.length > 0 ? 0 : -1}
        {...hands}
      >
        <Lines marks={marks} step={history.step_seconds} frame={frame} />
        {looked && (
          <>
            <span className="chart-cursor" style={{ insetInlineStart: `${String(x)}%` }} />
            <span className="chart-dot" style={{ left: `${String(x)}%`, top: `${String(y)}%` }} />
          </>
        )}
        <span className="chart-top figures">{words(frame.top)}</span>
      </div>
      <div className="chart-times figures">
        <span>{times(frame.from)}</span>
        <span>{times((frame.from + frame.to) / 2)}</span>
        <span>{times(frame.to)}</span>
      </div>
    </section>
  );
}
