/** What each node would use: an interpreter and disk, or why it cannot. */
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import type { Preflight, PreflightNode } from "../../api/preflights";
import { bytes, listed, pythonShown } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { freeOn, targetOf } from "./findings";

function Python({ node, wanted }: { node: PreflightNode; wanted: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const found = listed(node.found, language) || "–";
  if (node.python === null) {
    const words = { wanted: pythonShown(wanted), found };
    return <span className="bad">{t("console.preflight.no-python", words)}</span>;
  }
  return (
    <>
      <span className="figure">{node.python}</span>
      {node.path && <span className="quiet path"> {node.path}</span>}
    </>
  );
}

function Disk({ needed, free }: { needed: number; free: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const words = { needed: bytes(needed, language), free: bytes(free, language) };
  return (
    <span className={needed > free ? "warn figure" : "figure"}>
      {t("console.preflight.disk-of", words)}
    </span>
  );
}

interface Props {
  answer: Preflight;
  nodes: Node[];
}

export function PreflightNodes({ answer, nodes }: Props) {
  const { t } = useTranslation();
  return answer.nodes.map((node) => {
    const free = freeOn(nodes, node.node);
    const target = targetOf(answer, node.node);
    return (
      <section key={node.node} aria-label={node.node}>
        <h3>{t("console.preflight.on-node", { node: node.node })}</h3>
        <dl className="facts">
          <div>
            <dt className="quiet">Python</dt>
            <dd>
              <Python node={node} wanted={answer.python} />
            </dd>
          </div>
          {target && target.disk_bytes > 0 && free !== null && (
            <div>
              <dt className="quiet">{t("console.preflight.disk")}</dt>
              <dd>
                <Disk needed={target.disk_bytes} free={free} />
              </dd>
            </div>
          )}
        </dl>
      </section>
    );
  });
}
