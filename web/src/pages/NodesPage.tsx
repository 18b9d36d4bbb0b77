/** The fleet's nodes, the Pythons for them, and for administrators the tokens by which machines join. */
import "../components/parts.css";
import "./nodes/nodes.css";

import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { oneOf, useAddress } from "../app/address";
import { useMay } from "../app/who";
import { Page } from "../components/Page";
import { TabLinks } from "../components/TabLinks";
import { AddDialog } from "./nodes/AddDialog";
import { Archives } from "./nodes/Archives";
import { JoinTokens } from "./nodes/JoinTokens";
import { NodeList } from "./nodes/NodeList";

const TABS = ["nodes", "pythons", "tokens"] as const;

export function NodesPage() {
  const { t } = useTranslation();
  const admin = useMay("admin");
  const [params, change] = useAddress();
  const [adding, setAdding] = useState(false);
  const tab = oneOf(params, "tab", TABS) ?? "nodes";
  const title = t("console.nodes.title");
  const add = () => {
    setAdding(true);
  };
  return (
    <Page
      title={title}
      tab={tab === "nodes" ? title : `${t(`console.nodes.tab.${tab}`)} · ${title}`}
      tools={
        admin && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={add}>
            {t("console.nodes.add.label")}
          </Button>
        )
      }
    >
      <TabLinks
        label={title}
        tabs={TABS.filter((each) => admin || each !== "tokens" || tab === "tokens").map((each) => ({
          tab: each,
          text: t(`console.nodes.tab.${each}`),
        }))}
        current={tab}
      />
      {tab === "nodes" && <NodeList onAdd={add} />}
      {tab === "pythons" && <Archives cursor={params.get("cursor")} change={change} />}
      {tab === "tokens" && (
        <JoinTokens cursor={params.get("cursor")} change={change} onAdd={add} />
      )}
      {adding && (
        <AddDialog
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
    </Page>
  );
}
