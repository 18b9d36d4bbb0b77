/** Packages that stay older than what there is, why, and how to let them go. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import type { HeldBackPackage } from "../../api/plans";
import { useDemands } from "../create/Demands";

interface Props {
  packages: HeldBackPackage[];
  /** Plans anew with newer versions of these; null where that cannot be. */
  onUpgrade: ((packages: string[]) => void) | null;
}

function Why({ item }: { item: HeldBackPackage }) {
  const { t } = useTranslation();
  const demands = useDemands();
  if (item.reason === "kept") return t("console.plan.kept");
  return t(`plan.reason.${item.reason}`, { by: demands(item.by) });
}

export function HeldBack({ packages, onUpgrade }: Props) {
  const { t } = useTranslation();
  if (packages.length === 0) return null;
  const kept = packages.filter(({ reason }) => reason === "kept").map(({ name }) => name);
  return (
    <details className="held-back">
      <summary>{t("console.plan.held-back", { number: packages.length })}</summary>
      <ul className="package-list">
        {packages.map((item) => (
          <li key={item.name}>
            <div className="package">
              <span className="package-name">{item.name}</span>
              <span className="figure">
                {item.version} <span className="quiet">→ {item.newest}</span>
              </span>
            </div>
            <div className="quiet package-by">
              <Why item={item} />
            </div>
          </li>
        ))}
      </ul>
      {onUpgrade && kept.length > 0 && (
        <Button
          size="small"
          onClick={() => {
            onUpgrade(kept);
          }}
        >
          {t("console.plan.upgrade", { number: kept.length })}
        </Button>
      )}
    </details>
  );
}
