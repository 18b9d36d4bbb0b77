/** One environment: its state and what can be done, above the part that the address names. */
import "../components/parts.css";
import "./environment/environment.css";

import { Skeleton } from "antd";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { type Environment, isGone, useEnvironment } from "../api/environment";
import { oneOf, useAddress } from "../app/address";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { TabLinks } from "../components/TabLinks";
import { Actions } from "./environment/Actions";
import { Drift } from "./environment/Drift";
import { Gone } from "./environment/Gone";
import { Log } from "./environment/Log";
import { Operations } from "./environment/Operations";
import { Overview } from "./environment/Overview";
import { Packages } from "./environment/Packages";
import { Processes } from "./environment/Processes";
import { Revisions } from "./environment/Revisions";
import { Rollouts } from "./environment/Rollouts";
import { StateLine } from "./environment/StateLine";
import { Steering } from "./environment/Steering";
import { type Tab, TABS, type Wish } from "./environment/tabs";
import { Use } from "./environment/Use";

const PARTS: Record<Tab, ComponentType<{ environment: Environment } & Wish>> = {
  overview: Overview,
  packages: Packages,
  operations: Operations,
  log: Log,
  revisions: Revisions,
  rollouts: Rollouts,
  drift: Drift,
  processes: Processes,
  use: Use,
};

function Trail() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("console.detail.trail")}>
      <Link to="/environments">{t("console.environments.title")}</Link>
    </nav>
  );
}

/** As tall as a page with one node, so that nothing jumps when the answer comes. */
function Outline() {
  return <Skeleton active title={false} paragraph={{ rows: 10 }} className="panel" />;
}

export function EnvironmentPage() {
  const { name = "" } = useParams();
  const { t } = useTranslation();
  const [params, change] = useAddress();
  const tab = oneOf(params, "tab", TABS) ?? "overview";
  const question = useEnvironment(name);
  if (isGone(question.error)) return <Gone name={name} />;
  const Part = PARTS[tab];
  const { data } = question;
  return (
    <Page
      title={name}
      {...(data?.title ? { subtitle: data.title } : {})}
      tab={tab === "overview" ? name : `${t(`console.detail.tab.${tab}`)} · ${name}`}
      trail={<Trail />}
      tools={data && <Actions environment={data} />}
    >
      {data && <StateLine environment={data} />}
      {data && <Steering environment={data} />}
      <TabLinks
        label={t("console.detail.tabs", { name })}
        tabs={TABS.map((each) => ({ tab: each, text: t(`console.detail.tab.${each}`) }))}
        current={tab}
      />
      <Loaded of={question} outline={<Outline />}>
        {(environment) => (
          <Part key={environment.id} environment={environment} params={params} change={change} />
        )}
      </Loaded>
    </Page>
  );
}
