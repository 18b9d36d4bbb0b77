/**
 * Somebody else has changed what is being edited: who, what, and how to go on. Nothing
 * that was typed is touched before somebody chooses.
 */
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";

import { type Environment, useRevisions } from "../../api/environment";
import { listed, pythonShown } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { textOf } from "../create/draft";
import { pairsOf } from "../create/placed";
import { upkeepWords } from "../create/upkeep";
import { LineDiffView } from "./LineDiffView";
import type { Field } from "./merge";

interface Sides {
  base: Environment;
  now: Environment;
}

/** Who made the revisions since; of a change of details nobody but the audit knows. */
function useAuthors({ base, now }: Sides): string[] {
  const revisions = useRevisions(now.name, null);
  const since = revisions.data?.items.filter(({ number }) => number > (base.revision ?? 0)) ?? [];
  return [...new Set(since.map(({ author }) => author).filter((author) => author !== null))];
}

const PLAIN = ["title", "description", "python", "labels", "platforms", "placement", "upkeep"] as const;

function wordOf(environment: Environment, field: (typeof PLAIN)[number]): string {
  const pairs = pairsOf(environment.labels);
  const { nodes, select } = environment.placement;
  const words = {
    title: environment.title,
    description: environment.description,
    python: environment.python ? pythonShown(environment.python) : "",
    labels: pairs.sort().join(" "),
    platforms: [...environment.platforms].sort().join(" "),
    placement: [...nodes, ...pairsOf(select)].join(" "),
    upkeep: upkeepWords(environment.policy),
  };
  return words[field] || "–";
}

function Changes({ base, now }: Sides) {
  const { t } = useTranslation();
  const plain = PLAIN.filter((field) => wordOf(base, field) !== wordOf(now, field));
  return (
    <>
      {plain.length > 0 && (
        <ul className="diff">
          {plain.map((field) => (
            <li key={field} className="diff-line">
              <span className="quiet">{t(`console.edit.field.${field}`)}</span>
              <span>
                <del>{wordOf(base, field)}</del> → <ins>{wordOf(now, field)}</ins>
              </span>
            </li>
          ))}
        </ul>
      )}
      <LineDiffView
        label={t("console.edit.their-lines")}
        before={textOf(base)}
        after={textOf(now)}
      />
    </>
  );
}

interface Props extends Sides {
  onMerge: () => void;
  onTakeTheirs: () => void;
}

export function Divergence({ base, now, onMerge, onTakeTheirs }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const who = useAuthors({ base, now });
  const title =
    who.length > 0
      ? t("console.edit.changed-by", { by: listed(who, language) })
      : t("console.edit.changed");
  return (
    <Alert
      type="info"
      showIcon
      role="status"
      title={title}
      description={
        <div className="divergence">
          <Changes base={base} now={now} />
          <span>{t("console.edit.nothing-lost")}</span>
          <div className="form-foot">
            <Button type="primary" onClick={onMerge}>
              {t("console.edit.merge")}
            </Button>
            <Button onClick={onTakeTheirs}>{t("console.edit.take-theirs")}</Button>
          </div>
        </div>
      }
    />
  );
}

interface MergedProps {
  collisions: readonly Field[];
  theirs: string;
  mine: string;
}

/** What stayed one's own although they have changed it too, with theirs to compare. */
export function MergedNote({ collisions, theirs, mine }: MergedProps) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const fields = collisions.map((field) => t(`console.edit.field.${field}`));
  if (collisions.length === 0)
    return <Alert type="success" showIcon role="status" title={t("console.edit.merged")} />;
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      title={t("console.edit.kept-yours", { fields: listed(fields, language) })}
      description={
        collisions.includes("requirements") && (
          <LineDiffView label={t("console.edit.yours-theirs")} before={theirs} after={mine} />
        )
      }
    />
  );
}
