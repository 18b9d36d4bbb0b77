/** Where the environment goes. */
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { StateTag } from "../../components/StateTag";

export function Placement({ nodes }: { nodes: Node[] | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="field">
      <div className="field-name" id="placement">
        {t("console.create.nodes")}
      </div>
      {!nodes && <Skeleton.Input active size="small" />}
      {nodes && (
        <ul className="placement" aria-labelledby="placement">
          {nodes.map((node) => (
            <li key={node.id}>
              <strong>{node.name}</strong>
              <StateTag state={node.state} />
              {node.hostname && <span className="quiet">{node.hostname}</span>}
            </li>
          ))}
        </ul>
      )}
      {nodes?.length === 0 && <div className="quiet">{t("console.create.no-nodes")}</div>}
    </div>
  );
}
