/** Who asks for a package. */
import { useTranslation } from "react-i18next";

import type { Demand } from "../../api/plans";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";

/** Returns the demands as words, each once: "your own line, pandas >=1.2". */
export function useDemands(): (demands: readonly Demand[]) => string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (demands) => {
    const told = demands.map(({ by, specifier }) =>
      [by ?? t("plan.own-line"), specifier].filter(Boolean).join(" "),
    );
    return listed([...new Set(told)], language);
  };
}
