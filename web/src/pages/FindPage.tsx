/** Where a release or a file is, and which releases are blocked; the URL holds the question. */
import "../components/parts.css";
import "./find/find.css";

import { useTranslation } from "react-i18next";

import { oneOf, useAddress } from "../app/address";
import { Page } from "../components/Page";
import { TabLinks } from "../components/TabLinks";
import { Blocks } from "./find/Blocks";
import { Releases } from "./find/Releases";

const TABS = ["releases", "blocks"] as const;

export function FindPage() {
  const { t } = useTranslation();
  const [params, change] = useAddress();
  const tab = oneOf(params, "tab", TABS) ?? "releases";
  const text = params.get("q")?.trim() ?? "";
  const title = t("console.find.title");
  const about = tab === "blocks" ? t("console.find.tab.blocks") : text;
  return (
    <Page
      title={title}
      subtitle={t("console.find.lead")}
      tab={about ? `${about} · ${title}` : title}
    >
      <TabLinks
        label={title}
        tabs={TABS.map((each) => ({ tab: each, text: t(`console.find.tab.${each}`) }))}
        current={tab}
      />
      {tab === "releases" && <Releases text={text} params={params} change={change} />}
      {tab === "blocks" && <Blocks cursor={params.get("cursor")} change={change} />}
    </Page>
  );
}
