/** What each node would use: an interpreter and disk, or why it cannot. */
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import type { Preflight, PreflightNode } from "../../api/preflights";
import { bytes, listed, pythonShown } from "../../app/figures";
import { groupsOf } from "../../app/groups";
import { usePreferences } from "../../app/preferences";
import { NodeNames, useGroupName } from "../../components/NodeNames";
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

/** The least that any of some nodes has free; null where none has said. */
function leastFree(nodes: readonly Node[], names: readonly string[]): number | null {
  const known = names.map((name) => freeOn(nodes, name)).filter((free) => free !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

/** Nodes that use the same Python, or lack the same, are one section. */
export function PreflightNodes({ answer, nodes }: Props) {
  const { t } = useTranslation();
  const nameOf = useGroupName();
  const alike = ({ platform, python, path, found }: PreflightNode) =>
    JSON.stringify([platform, python, path, python === null ? found : null]);
  return groupsOf(answer.nodes, alike).map((group) => {
    const names = group.map(({ node }) => node);
    const [node] = group;
    if (!node) return null;
    const free = leastFree(nodes, names);
    const target = targetOf(answer, node.node);
    return (
      <section key={node.node} aria-label={names.length === 1 ? node.node : nameOf(names)}>
        <h3>{nameOf(names)}</h3>
        <NodeNames names={names} />
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
