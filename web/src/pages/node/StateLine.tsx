/** The node's state in a sentence, and what is wrong with its identity or its clock. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { Moment } from "../../components/Moment";
import { StateTag } from "../../components/StateTag";
import { clockWrong } from "../nodes/clock";
import { Clone } from "./Clone";

function Clock({ node }: { node: Node }) {
  const { t, i18n } = useTranslation();
  if (!clockWrong(node)) return null;
  const skew = node.clock_skew_seconds ?? 0;
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 0 });
  const seconds = number.format(Math.abs(skew));
  return (
    <Alert
      type="warning"
      showIcon
      title={t(skew > 0 ? "console.node.clock.ahead" : "console.node.clock.behind", { seconds })}
      description={t("console.node.clock.remedy")}
    />
  );
}

export function StateLine({ node }: { node: Node }) {
  const { t } = useTranslation();
  const { state, cordoned, last_seen_at: seen } = node;
  return (
    <>
      <p className="node-state" role="status">
        <StateTag state={state} />
        <span>{t(`console.node.sentence.${state}`)}</span>
        {state === "offline" && cordoned && <span>{t("console.node.sentence.cordoned")}</span>}
        {state === "offline" && seen && (
          <span className="quiet">
            {t("console.node.heard")} <Moment at={seen} />
          </span>
        )}
      </p>
      <Clone node={node} />
      <Clock node={node} />
    </>
  );
}
