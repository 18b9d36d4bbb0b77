/**
 * The preflight beside the form: one verdict, then what it rests on.
 *
 * An answer stays, dimmed, until the next one is there; nothing jumps while somebody types.
 */
import {
  CheckCircleFilled,
  CloseCircleFilled,
  InfoCircleFilled,
  SyncOutlined,
  WarningFilled,
} from "@ant-design/icons";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import type { Preflight, PreflightState } from "../../api/preflights";
import { ApiError } from "../../api/problem";
import { bytes, listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { CauseCard } from "../../components/CauseCard";
import { Failure } from "../../components/Failure";
import { firstTarget, verdictOf } from "./findings";
import { PreflightMatrix } from "./PreflightMatrix";
import { PreflightNodes } from "./PreflightNodes";
import { PreflightPackages } from "./PreflightPackages";

/** So many nodes are named in a verdict; of more it is told how many they are. */
const NAMED = 3;
const MARKS: Record<string, ReactNode> = {
  good: <CheckCircleFilled />,
  bad: <CloseCircleFilled />,
  warn: <WarningFilled />,
  calm: <InfoCircleFilled />,
};
/** What failed is nobody's yet: neither an environment's nor a node's. */
const NOWHERE = { environment: null, node: null, operation: null };

function Verdict({ answer, nodes }: { answer: Preflight; nodes: Node[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const verdict = verdictOf(answer, nodes);
  const words = {
    nodes:
      verdict.nodes.length > NAMED
        ? t("console.place.nodes", { count: verdict.nodes.length })
        : listed(verdict.nodes, language),
    packages: answer.packages.length,
    bytes: bytes(firstTarget(answer.targets)?.download_bytes ?? 0, language),
  };
  return (
    <p role="status" className={`verdict ${verdict.tone}`}>
      <span aria-hidden>{MARKS[verdict.tone]}</span>
      {t(`console.preflight.verdict.${verdict.code}`, words)}
    </p>
  );
}

interface LinesProps {
  answer: Preflight;
  onGoTo: (line: number) => void;
}

function Lines({ answer, onGoTo }: LinesProps) {
  const { t } = useTranslation();
  if (answer.lines.length === 0) return null;
  const key = answer.cause ? "conflict-lines" : "wheel-lines";
  return (
    <div className="own-lines">
      {t(`console.preflight.${key}`)}
      <ul>
        {answer.lines.map(({ line, text }) => (
          <li key={line}>
            <button
              type="button"
              className="link"
              onClick={() => {
                onGoTo(line);
              }}
            >
              {t("console.requirements.line", { line })}
            </button>{" "}
            <code className="mark-text">{text}</code>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Props {
  state: PreflightState;
  nodes: Node[];
  /** What to know about it here. */
  note?: string;
  onGoTo: (line: number) => void;
}

function Answer({ answer, nodes, onGoTo }: Omit<Props, "state" | "note"> & { answer: Preflight }) {
  return (
    <>
      <Verdict answer={answer} nodes={nodes} />
      <Lines answer={answer} onGoTo={onGoTo} />
      {answer.cause && <CauseCard cause={answer.cause} place={NOWHERE} withLog={false} />}
      <PreflightNodes answer={answer} nodes={nodes} />
      {answer.packages.length > 0 && (
        <>
          <PreflightMatrix answer={answer} />
          <PreflightPackages packages={answer.packages} />
        </>
      )}
    </>
  );
}

/** Why there is no answer: refused lines stand at the lines, the rest here. */
function Refusal({ error }: { error: Error }) {
  const { t } = useTranslation();
  const problem = error instanceof ApiError ? error.problem : null;
  if (problem && (problem.lines ?? []).length > 0)
    return (
      <p role="status" className="verdict bad">
        <span aria-hidden>{MARKS.bad}</span>
        {t("console.preflight.refused-lines", { lines: problem.lines?.length ?? 0 })}
      </p>
    );
  return (
    <>
      <Failure error={error} />
      {problem?.cause && <CauseCard cause={problem.cause} place={NOWHERE} withLog={false} />}
    </>
  );
}

export function PreflightPanel({ state, nodes, note, onGoTo }: Props) {
  const { t } = useTranslation();
  const { answer, error, behind } = state;
  const lost = error instanceof ApiError && error.status === 401; // the page asks to sign in
  return (
    <section className="panel preflight" aria-label={t("console.preflight.title")}>
      <div className="preflight-head">
        <h2>{t("console.preflight.title")}</h2>
        <span className="quiet busy-note" data-shown={behind}>
          <SyncOutlined spin={behind} aria-hidden /> {t("console.preflight.checking")}
        </span>
      </div>
      {note && <p className="quiet preflight-note">{note}</p>}
      {error && !lost && <Refusal error={error} />}
      <div className="preflight-answer" data-behind={behind || error !== null} aria-busy={behind}>
        {answer && <Answer answer={answer} nodes={nodes} onGoTo={onGoTo} />}
        {!answer && !error && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
      </div>
    </section>
  );
}
