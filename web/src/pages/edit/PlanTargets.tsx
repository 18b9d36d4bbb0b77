/** What happens to the packages on each kind of machine. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { PackageChange, Plan, PlanTarget } from "../../api/plans";
import { bytes, listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { HeldBack } from "./HeldBack";

const ORDER: PackageChange["kind"][] = ["add", "upgrade", "downgrade", "replace", "remove"];

function sorted(changes: readonly PackageChange[]): PackageChange[] {
  return ORDER.flatMap((kind) => changes.filter((change) => change.kind === kind));
}

function Versions({ change }: { change: PackageChange }) {
  const { before, after } = change;
  if (before && after && before !== after)
    return (
      <>
        <span className="quiet">{before}</span> → {after}
      </>
    );
  return after ?? <del className="quiet">{before}</del>;
}

function Row({ change }: { change: PackageChange }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { kind, name, size, requested, after } = change;
  return (
    <tr>
      <td className={`kind ${kind}`}>{t(`plan.kind.${kind}`)}</td>
      <th scope="row">{requested ? <strong>{name}</strong> : name}</th>
      <td className="figure">
        <Versions change={change} />
      </td>
      <td className="figure number">
        {after && (typeof size === "number" ? bytes(size, language) : "–")}
      </td>
    </tr>
  );
}

function Changes({ target }: { target: PlanTarget }) {
  const { t } = useTranslation();
  const head = ["change", "package", "version", "size"] as const;
  return (
    <div className="table-frame">
      <table className="plain-table" aria-label={t("console.plan.changes")}>
        <thead>
          <tr>
            {head.map((key) => (
              <th key={key} scope="col" className={key === "size" ? "number" : ""}>
                {t(`console.plan.column.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted(target.changes).map((change) => (
            <Row key={`${change.kind} ${change.name}`} change={change} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** So many nodes of one kind are named; of more it is told how many they are. */
const NAMED = 6;

function targetNodes(nodes: readonly string[], language: string, t: TFunction): string {
  if (nodes.length === 0) return t("console.plan.no-node");
  if (nodes.length <= NAMED) return listed(nodes, language);
  return t("console.place.nodes", { count: nodes.length });
}

function Target({ target, onUpgrade }: { target: PlanTarget; onUpgrade: Props["onUpgrade"] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { platform, python, python_before: before, nodes, changes, unchanged, held_back } = target;
  const title = t("console.preflight.machine", { platform: t(`platforms.${platform}`), python });
  return (
    <section className="panel" aria-label={title}>
      <h2>
        {title}{" "}
        <span className="quiet">
          {targetNodes(nodes, language, t)}
        </span>
      </h2>
      {before && before !== python && (
        <p className="quiet">{t("console.plan.python-before", { before })}</p>
      )}
      {changes.length > 0 && <Changes target={target} />}
      <p className="quiet">
        {t(changes.length > 0 ? "console.plan.unchanged" : "console.plan.all-unchanged", {
          number: unchanged,
        })}
      </p>
      <HeldBack packages={held_back} onUpgrade={onUpgrade} />
    </section>
  );
}

interface Props {
  plan: Plan;
  onUpgrade: ((packages: string[]) => void) | null;
}

export function PlanTargets({ plan, onUpgrade }: Props) {
  return plan.targets.map((target) => (
    <Target key={`${target.platform} ${target.python}`} target={target} onUpgrade={onUpgrade} />
  ));
}
