/** What is done, and what was changed by whom; the URL holds tab, filters and page. */
import "./activity/activity.css";

import { useTranslation } from "react-i18next";

import { useAddress } from "../app/address";
import { Page } from "../components/Page";
import { TabLinks } from "../components/TabLinks";
import { Audit } from "./activity/Audit";
import { Operations } from "./activity/Operations";
import { TABS, tabOf } from "./activity/wish";

export function ActivityPage() {
  const { t } = useTranslation();
  const [params, change] = useAddress();
  const tab = tabOf(params);
  const title = t("console.activity.title");
  const Part = tab === "audit" ? Audit : Operations;
  return (
    <Page
      title={title}
      tab={tab === "audit" ? `${t("console.activity.tab.audit")} · ${title}` : title}
    >
      <TabLinks
        label={title}
        tabs={TABS.map((each) => ({ tab: each, text: t(`console.activity.tab.${each}`) }))}
        current={tab}
      />
      <Part params={params} change={change} />
    </Page>
  );
}
