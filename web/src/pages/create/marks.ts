/** What is to be said of single lines of the requirements. */
import type { i18n } from "i18next";

import type { Preflight } from "../../api/preflights";
import { ApiError, say } from "../../api/problem";

export interface Mark {
  /** Counted from 1. */
  line: number;
  severity: "error" | "warning";
  message: string;
  hint: string | null;
  /** The line itself, where the answer tells it. */
  text: string | null;
}

/** The lines that an error refuses, each with its own words. */
export function refusedLines(error: unknown, texts: i18n): Mark[] {
  if (!(error instanceof ApiError)) return [];
  return (error.problem?.lines ?? []).map((issue) => ({
    line: issue.line,
    severity: "error",
    text: null,
    ...say(issue, texts),
  }));
}

/** The lines that take part in a conflict, or whose packages lack a wheel. */
export function doubtfulLines(answer: Preflight, texts: i18n): Mark[] {
  const key = answer.cause ? "conflict" : "lacks-wheel";
  return answer.lines.map(({ line, text }) => ({
    line,
    severity: answer.cause ? "error" : "warning",
    message: texts.t(`console.requirements.${key}`),
    hint: null,
    text,
  }));
}
