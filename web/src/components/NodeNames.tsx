/** The names of nodes that are alike: a few in one line, more of them folded up. */
import "./NodeNames.css";

import { useTranslation } from "react-i18next";

import { listed } from "../app/figures";
import { usePreferences } from "../app/preferences";

const FEW = 3;

/** What a group of nodes is called: by name, or by how many they are. */
export function useGroupName(): (names: readonly string[]) => string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (names) =>
    names.length <= FEW
      ? t("console.preflight.on-node", { node: listed(names, language) })
      : t("console.place.on-nodes", { count: names.length });
}

export function NodeNames({ names }: { names: readonly string[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (names.length <= FEW) return null;
  return (
    <details className="node-names">
      <summary>{t("console.place.show-names")}</summary>
      <p>{listed(names, language)}</p>
    </details>
  );
}
