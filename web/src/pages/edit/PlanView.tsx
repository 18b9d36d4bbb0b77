/** A plan to be looked at: what changes, where, and at what cost. Nothing has happened yet. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import type { Plan } from "../../api/plans";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { PlanAsked } from "./PlanAsked";
import { PlanNodes } from "./PlanNodes";
import { PlanTargets } from "./PlanTargets";

/** As many characters of a digest as tell it from all others that one will see. */
const DIGEST = 12;

interface Props {
  plan: Plan;
  onUpgrade: ((packages: string[]) => void) | null;
}

export function PlanView({ plan, onUpgrade }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const nothing = !plan.revises && plan.changed.length === 0;
  const builds = plan.revises || plan.nodes.some(({ because }) => because.length > 0);
  const moves = builds || (plan.leaving ?? []).length > 0;
  return (
    <div className="plan">
      {nothing && <Alert type="info" showIcon title={t("console.plan.nothing")} />}
      {!moves && !nothing && (
        <Alert type="info" showIcon title={t("console.plan.details-only")} />
      )}
      {plan.source && (
        <Alert
          type="info"
          showIcon
          title={t("console.plan.from", {
            source: plan.source,
            lock: plan.lock_digest.slice(0, DIGEST),
          })}
        />
      )}
      {!nothing && <PlanAsked changed={plan.changed} />}
      {(moves || nothing) && (
        <div className="plan-parts">
          <div>
            <PlanTargets plan={plan} onUpgrade={onUpgrade} />
          </div>
          <div>{moves && <PlanNodes plan={plan} />}</div>
        </div>
      )}
      {plan.offers_unknown.length > 0 && (
        <p className="quiet">
          {t("console.plan.unknown", { packages: listed(plan.offers_unknown, language) })}
        </p>
      )}
    </div>
  );
}
