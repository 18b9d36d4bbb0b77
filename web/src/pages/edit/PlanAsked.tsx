/** What is asked for anew, as a small difference. */
import { useTranslation } from "react-i18next";

import { pythonShown } from "../../app/figures";
import { type Asked, askedIn } from "./asked";

const MARKS = { add: "+", remove: "−", same: "" } as const;

/** Fields of where it goes; the others that are lists need no name. */
const NODES = "placement.nodes";
const SELECT = "placement.select.";
/** The parts of a policy have names of their own. */
const POLICY = /^policy\./;

function useFieldName(): (field: string) => string {
  const { t } = useTranslation();
  return (field) => {
    if (field === NODES) return t("console.edit.field.nodes");
    const [name = "", ...key] = field.replace(SELECT, "select.").replace(POLICY, "").split(".");
    const word = t(`console.edit.field.${name}`, { defaultValue: name });
    return key.length > 0 ? `${word} ${key.join(".")}` : word;
  };
}

/** Both sides of a change of Python as people write it. */
function shown({ field, text }: Asked): string {
  if (field !== "python" && field !== "wish") return text;
  return text.split(" → ").map(pythonShown).join(" → ");
}

export function PlanAsked({ changed }: { changed: readonly string[] }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const lines = askedIn(changed);
  return (
    <section className="panel" aria-label={t("console.plan.asked")}>
      <h2>{t("console.plan.asked")}</h2>
      {lines.length === 0 && <p className="quiet">{t("console.plan.asked-same")}</p>}
      <ul className="diff">
        {lines.map((line, index) => (
          <li key={index} className={`diff-line ${line.kind}`}>
            <span aria-hidden>{MARKS[line.kind]}</span>
            {line.kind !== "same" && (
              <span className="visually-hidden">{t(`console.edit.diff.${line.kind}`)} </span>
            )}
            {line.field && (line.kind === "same" || line.field === NODES) && (
              <span className="quiet">{nameOf(line.field)}</span>
            )}
            <code>{shown(line)}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
