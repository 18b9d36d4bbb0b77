/** What is said of single lines, as text: beneath the editor, each leading to its line. */
import { CloseCircleFilled, WarningFilled } from "@ant-design/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Prose } from "../../components/Prose";
import type { Mark } from "./marks";

interface Props {
  marks: readonly Mark[];
  label: string;
  onGoTo: (line: number) => void;
}

const SHOWN = 20;

export function MarkList({ marks, label, onGoTo }: Props) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (marks.length === 0) return null;
  const shown = all ? marks : marks.slice(0, SHOWN);
  return (
    <>
      <ul className="marks" aria-label={label}>
        {shown.map(({ line, severity, message, hint, text }, index) => (
          <li key={index} className={severity}>
            <span aria-hidden>
              {severity === "error" ? <CloseCircleFilled /> : <WarningFilled />}
            </span>
            <div>
              <button
                type="button"
                className="link"
                onClick={() => {
                  onGoTo(line);
                }}
              >
                {t("console.requirements.line", { line })}
              </button>{" "}
              {text !== null && <code className="mark-text">{text}</code>} <Prose text={message} />
              {hint && (
                <div className="quiet">
                  <Prose text={hint} />
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
      {marks.length > shown.length && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("console.requirements.all-marks", { total: marks.length })}
        </button>
      )}
    </>
  );
}
