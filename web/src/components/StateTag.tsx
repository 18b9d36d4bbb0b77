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

import { usePreferences } from "../app/preferences";

type Tone = "good" | "bad" | "warn" | "busy" | "calm";

const TONES: Record<string, Tone> = {
  ready: "good",
  online: "good",
  failed: "bad",
  degraded: "warn",
  drifted: "warn",
  offline: "warn",
  waiting: "calm",
  pending: "calm",
  paused: "calm",
  cancelled: "calm",
  cordoned: "calm",
};

const MARKS: Record<string, ReactNode> = {
  good: <CheckCircleFilled />,
  bad: <CloseCircleFilled />,
  warn: <WarningFilled />,
  busy: <SyncOutlined spin />,
  pending: <ClockCircleOutlined />,
  waiting: <ClockCircleOutlined />,
  paused: <PauseCircleOutlined />,
  cancelled: <StopOutlined />,
  cordoned: <StopOutlined />,
};

const COLOURS: Record<"light" | "dark", Record<Tone, string>> = {
  light: { good: "#17692c", bad: "#b3261e", warn: "#8a5300", busy: "#0b5cad", calm: "#4d5757" },
  dark: { good: "#56d374", bad: "#ff8f87", warn: "#f0b429", busy: "#79b8ff", calm: "#adb7b7" },
};

export function StateTag({ state }: { state: string }) {
  const { t } = useTranslation();
  const { dark } = usePreferences();
  const tone = TONES[state] ?? "busy";
  return (
    <span
      style={{
        color: COLOURS[dark ? "dark" : "light"][tone],
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
