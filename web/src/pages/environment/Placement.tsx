/** Where the environment goes, and why: what was asked for, then each node by the rule that decided. */
import { CheckCircleFilled, MinusCircleOutlined, WarningFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { causeWords } from "../../api/cause";
import { type PlacementNode, type PlacementView, usePlacement } from "../../api/environment";
import { listed } from "../../app/figures";
import { groupsOf } from "../../app/groups";
import { usePreferences } from "../../app/preferences";
import { Loaded } from "../../components/Loaded";
import { Prose } from "../../components/Prose";
import { pairsOf } from "../create/placed";

/** So many nodes of one rule are listed; nobody reads a thousand. */
const LISTED = 100;

function Asked({ placement: { nodes, select } }: PlacementView) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const pairs = pairsOf(select);
  if (nodes.length + pairs.length === 0) return <p>{t("console.place.asked-default")}</p>;
  return (
    <dl className="facts">
      {nodes.length > 0 && (
        <div>
          <dt className="quiet">{t("console.place.names")}</dt>
          <dd>{listed(nodes, language)}</dd>
        </div>
      )}
      {pairs.length > 0 && (
        <div>
          <dt className="quiet">{t("console.place.labels")}</dt>
          <dd>
            {pairs.map((pair) => (
              <span key={pair}>
                <code>{pair}</code>{" "}
              </span>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Why this very node: the label that decided, or what it waits for. */
function Because({ node: { reason, key, wanted, has, waiting } }: { node: PlacementNode }) {
  const { t, i18n } = useTranslation();
  if (waiting)
    return (
      <span className="quiet">
        {" · "}
        <Prose text={causeWords(waiting, i18n).message} />
      </span>
    );
  if (reason !== "label-differs" && reason !== "label-missing") return null;
  const words = { key, wanted, has: has ?? "" };
  return <span className="quiet"> · {t(`console.place.because.${reason}`, words)}</span>;
}

function Rule({ nodes }: { nodes: PlacementNode[] }) {
  const { t, i18n } = useTranslation();
  const [first] = nodes;
  if (!first) return null;
  const { reason, placed, waiting } = first;
  const count = new Intl.NumberFormat(i18n.language).format(nodes.length);
  const mark = waiting ? (
    <WarningFilled style={{ color: "var(--warn)" }} />
  ) : placed ? (
    <CheckCircleFilled style={{ color: "var(--good)" }} />
  ) : (
    <MinusCircleOutlined style={{ color: "var(--calm)" }} />
  );
  return (
    <li>
      <details>
        <summary>
          <span aria-hidden>{mark}</span>
          <span className="rule-count">{count}</span>
          <span>{t(`console.place.rule.${waiting ? "waiting" : reason}`)}</span>
        </summary>
        <ul className="rule-nodes">
          {nodes.slice(0, LISTED).map((node) => (
            <li key={node.node}>
              <Link to={`/nodes/${node.node}`}>{node.node}</Link>
              <Because node={node} />
            </li>
          ))}
          {nodes.length > LISTED && (
            <li className="quiet">{t("console.place.more", { count: nodes.length - LISTED })}</li>
          )}
        </ul>
      </details>
    </li>
  );
}

/** Those that have it first, then those that wait, then the others. */
function rulesOf({ nodes }: PlacementView): PlacementNode[][] {
  const rank = ({ placed, waiting }: PlacementNode) => (placed ? (waiting ? 1 : 0) : 2);
  const groups = groupsOf(nodes, (node) => `${String(rank(node))} ${node.reason}`);
  return groups.sort(([a], [b]) => (a && b ? rank(a) - rank(b) : 0));
}

function View({ view }: { view: PlacementView }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <>
      <Asked {...view} />
      {view.missing.length > 0 && (
        <p className="warn-word">
          <WarningFilled aria-hidden />{" "}
          {t("console.place.missing", { names: listed(view.missing, language) })}
        </p>
      )}
      <ul className="rules" aria-label={t("console.place.why")}>
        {rulesOf(view).map((nodes) => (
          <Rule key={`${nodes[0]?.reason ?? ""} ${nodes[0]?.waiting ? "waiting" : ""}`} nodes={nodes} />
        ))}
      </ul>
    </>
  );
}

export function Placement({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <h2>{t("console.place.title")}</h2>
      <Loaded of={usePlacement(name)}>{(view) => <View view={view} />}</Loaded>
    </section>
  );
}
