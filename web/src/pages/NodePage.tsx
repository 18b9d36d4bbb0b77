/** One node: its state and what can be done, above the part that the address names. */
import "../components/parts.css";
import "./nodes/nodes.css";
import "./nodes/Meter.css";
import "./node/node.css";

import { Skeleton } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { isNodeGone, type Node, useNode } from "../api/nodes";
import { oneOf, useAddress } from "../app/address";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { TabLinks } from "../components/TabLinks";
import { Actions } from "./node/Actions";
import { Environments } from "./node/Environments";
import { Gone } from "./node/Gone";
import { Interpreters } from "./node/Interpreters";
import { Operations } from "./node/Operations";
import { Overview } from "./node/Overview";
import { Processes } from "./node/Processes";
import { StateLine } from "./node/StateLine";
import { type Tab, TABS, type Wish } from "./node/tabs";

const PARTS: Record<Tab, ComponentType<{ node: Node } & Wish>> = {
  overview: Overview,
  environments: Environments,
  processes: Processes,
  interpreters: Interpreters,
  operations: Operations,
};

function Trail() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("console.detail.trail")}>
      <Link to="/nodes">{t("console.nodes.title")}</Link>
    </nav>
  );
}

function Outline() {
  return <Skeleton active title={false} paragraph={{ rows: 10 }} className="panel" />;
}

export function NodePage() {
  const { name = "" } = useParams();
  const { t } = useTranslation();
  const [params, change] = useAddress();
  const tab = oneOf(params, "tab", TABS) ?? "overview";
  const question = useNode(name);
  if (isNodeGone(question.error)) return <Gone name={name} />;
  const Part = PARTS[tab];
  const { data } = question;
  const named = t(`console.node.tab.${tab}`);
  return (
    <Page
      title={name}
      {...(data?.title ? { subtitle: data.title } : {})}
      tab={tab === "overview" ? name : `${named} · ${name}`}
      trail={<Trail />}
      tools={data && <Actions node={data} />}
    >
      {data && <StateLine node={data} />}
      <TabLinks
        label={t("console.node.tabs", { name })}
        tabs={TABS.map((each) => ({ tab: each, text: t(`console.node.tab.${each}`) }))}
        current={tab}
      />
      <Loaded of={question} outline={<Outline />}>
        {(node) => <Part key={node.id} node={node} params={params} change={change} />}
      </Loaded>
    </Page>
  );
}
