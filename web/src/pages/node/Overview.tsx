/** What a node is, has and allows, and how it has been doing. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Moment } from "../../components/Moment";
import { clockWrong } from "../nodes/clock";
import { Charts } from "./Charts";
import { Disks } from "./Disks";
import { Prefixes } from "./Prefixes";
import { Rights } from "./Rights";
import type { Wish } from "./tabs";

const NOTHING = "–";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt className="quiet">{t(`console.node.fact.${name}`)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Labels({ labels }: { labels: Record<string, string> }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return NOTHING;
  return (
    <ul className="labels">
      {entries.map(([key, value]) => (
        <li key={key}>
          <code>{value ? `${key}=${value}` : key}</code>
        </li>
      ))}
    </ul>
  );
}

function Clock({ node }: { node: Node }) {
  const { t, i18n } = useTranslation();
  const { clock_skew_seconds: skew } = node;
  if (typeof skew !== "number") return NOTHING;
  const number = new Intl.NumberFormat(i18n.language, {
    maximumFractionDigits: Math.abs(skew) < 10 ? 2 : 0,
    signDisplay: "exceptZero",
  });
  return (
    <span className={clockWrong(node) ? "warn-word" : ""}>
      {t("console.node.seconds", { seconds: number.format(skew) })}
    </span>
  );
}

function Facts({ node }: { node: Node }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { platform, libc, hostname, cpus, memory_bytes: memory, load } = node;
  const kind = platform && t(`platforms.${platform}`, { defaultValue: platform });
  return (
    <section className="panel">
      <h2>{t("console.node.inventory")}</h2>
      <dl className="facts">
        <Fact name="platform">{[kind, libc].filter(Boolean).join(" · ") || NOTHING}</Fact>
        <Fact name="host">{hostname ?? NOTHING}</Fact>
        <Fact name="cpus">
          {cpus ?? NOTHING}
          {typeof load === "number" && (
            <span className="quiet"> · {t("console.node.load", { load: load.toFixed(2) })}</span>
          )}
        </Fact>
        <Fact name="memory">{typeof memory === "number" ? bytes(memory, language) : NOTHING}</Fact>
        <Fact name="agent">{node.agent_version ?? NOTHING}</Fact>
        <Fact name="uv">{node.uv_version ?? NOTHING}</Fact>
        <Fact name="clock">
          <Clock node={node} />
        </Fact>
        <Fact name="region">{node.region || NOTHING}</Fact>
        <Fact name="labels">
          <Labels labels={node.labels} />
        </Fact>
        <Fact name="joined">{node.created_at ? <Moment at={node.created_at} /> : NOTHING}</Fact>
        <Fact name="seen">{node.last_seen_at ? <Moment at={node.last_seen_at} /> : NOTHING}</Fact>
      </dl>
    </section>
  );
}

export function Overview({ node, ...wish }: { node: Node } & Wish) {
  return (
    <div className="stack">
      <Charts node={node} {...wish} />
      <div className="side-by-side">
        <Facts node={node} />
        <div className="stack">
          <Disks node={node} />
          <Rights node={node} />
        </div>
      </div>
      <Prefixes node={node} />
    </div>
  );
}
