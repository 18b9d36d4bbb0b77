/** What a revision changed against the one before, as lines that went and came. */
import { useTranslation } from "react-i18next";

import type { Revision } from "../../api/environment";
import { pythonShown } from "../../app/figures";
import { differenceOf, type Line, linesBetween } from "./difference";

interface Props {
  revision: Revision;
  /** Null where there is none, undefined while it is not known. */
  before: Revision | null | undefined;
}

function Lines({ lines }: { lines: Line[] }) {
  const { t } = useTranslation();
  if (lines.length === 0) return null;
  return (
    <ul className="changes">
      {lines.map(({ sign, text }, index) => (
        <li key={index} className={sign === "+" ? "came" : "went"}>
          <span aria-hidden>{sign === "+" ? "+" : "−"}</span>
          <span className="visually-hidden">
            {t(`console.detail.revisions.${sign === "+" ? "added" : "removed"}`)}
          </span>
          <code>{text}</code>
        </li>
      ))}
    </ul>
  );
}

function Against({ revision, before }: { revision: Revision; before: Revision }) {
  const { t } = useTranslation();
  const { lines, python, platforms, packages, sameLock } = differenceOf(before, revision);
  const count = Math.abs(packages);
  const all = t("console.detail.all-platforms");
  const notes = [
    lines.length === 0 && t("console.detail.revisions.same-lines"),
    python &&
      t("console.detail.revisions.python", {
        from: pythonShown(python[0]),
        to: pythonShown(python[1]),
      }),
    platforms &&
      t("console.detail.revisions.platforms", {
        from: platforms[0].join(", ") || all,
        to: platforms[1].join(", ") || all,
      }),
    sameLock && t("console.detail.revisions.same-lock"),
    !sameLock && packages === 0 && t("console.detail.revisions.other-files"),
    packages > 0 && t("console.detail.revisions.more", { count }),
    packages < 0 && t("console.detail.revisions.fewer", { count }),
  ].filter((note) => note !== false && note !== null);
  return (
    <>
      <Lines lines={lines} />
      <p className="quiet">{notes.join(" · ")}</p>
    </>
  );
}

export function Changed({ revision, before }: Props) {
  if (before === undefined) return null;
  if (before === null) return <Lines lines={linesBetween([], revision.requirements)} />;
  return <Against revision={revision} before={before} />;
}
