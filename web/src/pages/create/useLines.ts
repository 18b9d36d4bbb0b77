/** What is to be said of the lines, from the newest answer to them. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { PreflightState } from "../../api/preflights";
import { doubtfulLines, type Mark, refusedLines } from "./marks";

/** While an answer is on its way, what was said before stays where it was said. */
export function useLines({ answer, error }: PreflightState): Mark[] {
  const { i18n } = useTranslation();
  return useMemo(() => {
    if (error) return refusedLines(error, i18n);
    return answer ? doubtfulLines(answer, i18n) : [];
  }, [answer, error, i18n]);
}
