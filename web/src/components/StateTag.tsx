/** A state as a word with a mark; the colour only repeats what the mark says. */
import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  PauseCircleOutlined,
  StopOutlined,
  SyncOutlined,
  WarningFilled,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { toneOf } from "./tones";

const MARKS: Record<string, ReactNode> = {
  good: <CheckCircleFilled />,
  bad: <CloseCircleFilled />,
  warn: <WarningFilled />,
  busy: <SyncOutlined spin />,
  pending: <ClockCircleOutlined />,
  queued: <ClockCircleOutlined />,
  waiting: <ClockCircleOutlined />,
  paused: <PauseCircleOutlined />,
  cancelled: <StopOutlined />,
  cordoned: <StopOutlined />,
};

export function StateTag({ state }: { state: string }) {
  const { t } = useTranslation();
  const tone = toneOf(state);
  return (
    <span
      style={{
        color: `var(--${tone})`,
        display: "inline-flex",
        alignItems: "center",
        gap: 6,
        whiteSpace: "nowrap",
      }}
    >
      <span aria-hidden="true">{MARKS[state] ?? MARKS[tone]}</span>
      {t(`states.${state}`)}
    </span>
  );
}
