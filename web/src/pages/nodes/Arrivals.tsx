/** Who has arrived since a token was made, as soon as they do. */
import { CheckCircleFilled, SyncOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useNewestNodes } from "../../api/nodes";
import type { NodeToken } from "../../api/nodeTokens";
import { StateTag } from "../../components/StateTag";

/** So many are named; the list behind the dialog has all. */
const NAMED = 5;

interface Props {
  token: NodeToken;
  onClose: () => void;
}

export function Arrivals({ token, onClose }: Props) {
  const { t } = useTranslation();
  const { data = [] } = useNewestNodes(NAMED, true);
  const made = Date.parse(token.created_at);
  const came = data.filter(({ created_at: at }) => at && Date.parse(at) >= made);
  const all = came.length >= Math.min(token.uses, NAMED);
  return (
    <>
      <div className="add-arrivals" role="status" aria-label={t("console.nodes.add.arrivals")}>
        {came.map(({ id, name, state }) => (
          <div key={id} className="add-arrival">
            <CheckCircleFilled aria-hidden style={{ color: "var(--good)" }} />
            <Link to={`/nodes/${name}`}>{t("console.nodes.add.arrived", { name })}</Link>
            <StateTag state={state} />
          </div>
        ))}
        {!all && (
          <div className="add-arrival quiet">
            <SyncOutlined spin aria-hidden /> {t("console.nodes.add.waiting")}
          </div>
        )}
      </div>
      <div className="add-foot">
        <Button {...(all ? { type: "primary" as const } : {})} onClick={onClose}>
          {t("console.nodes.add.done")}
        </Button>
      </div>
    </>
  );
}
