/** Below a log: how much of it there is, and whether more comes. */
import { useTranslation } from "react-i18next";

import { usePreferences } from "../../app/preferences";
import type { FeedState } from "./feed";

interface Props {
  state: FeedState;
  lines: number;
  shown: number;
}

/** Only what the state says is announced: the count would never be silent. */
export function LogFoot({ state, lines, shown }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const total = lines.toLocaleString(language);
  const part = shown.toLocaleString(language);
  return (
    <div className="log-foot">
      <span role="status">{t(`console.log.state.${state}`)}</span>
      <span>
        {shown === lines
          ? t("console.log.lines", { count: lines, lines: total })
          : t("console.log.lines-of", { shown: part, total })}
      </span>
    </div>
  );
}
