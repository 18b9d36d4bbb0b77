/** The fleet's nodes, and for administrators the tokens by which machines join. */
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
import { JoinTokens } from "./nodes/JoinTokens";
import { NodeList } from "./nodes/NodeList";

const TABS = ["nodes", "tokens"] as const;

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
      tab={tab === "tokens" ? `${t("console.nodes.tab.tokens")} · ${title}` : title}
      tools={
        admin && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={add}>
            {t("console.nodes.add.label")}
          </Button>
        )
      }
    >
      {(admin || tab === "tokens") && (
        <TabLinks
          label={title}
          tabs={TABS.map((each) => ({ tab: each, text: t(`console.nodes.tab.${each}`) }))}
          current={tab}
        />
      )}
      {tab === "tokens" ? (
        <JoinTokens cursor={params.get("cursor")} change={change} onAdd={add} />
      ) : (
        <NodeList onAdd={add} />
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
