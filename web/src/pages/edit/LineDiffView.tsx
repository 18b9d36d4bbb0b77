/** A difference of two texts, line by line; what came and went is also said in words. */
import { useTranslation } from "react-i18next";

import { type DiffLine, lineDiff } from "./lineDiff";

const MARKS = { add: "+", remove: "−", same: " " } as const;

function Line({ kind, text }: DiffLine) {
  const { t } = useTranslation();
  return (
    <li className={`diff-line ${kind}`}>
      <span aria-hidden>{MARKS[kind]}</span>
      {kind !== "same" && <span className="visually-hidden">{t(`console.edit.diff.${kind}`)} </span>}
      <code>{text}</code>
    </li>
  );
}

interface Props {
  label: string;
  before: string;
  after: string;
}

/** Only what differs is shown; what is the same stands in the editor. */
export function LineDiffView({ label, before, after }: Props) {
  const lines = lineDiff(before.split("\n"), after.split("\n")).filter(
    ({ kind, text }) => kind !== "same" && text.trim() !== "",
  );
  if (lines.length === 0) return null;
  return (
    <ul className="diff" aria-label={label}>
      {lines.map((line, index) => (
        <Line key={index} {...line} />
      ))}
    </ul>
  );
}
