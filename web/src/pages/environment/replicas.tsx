/** How one environment on one node is shown, wherever that is. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { Replica } from "../../api/environments";
import { ReplicaProgress } from "../../components/ReplicaProgress";
import { StateTag } from "../../components/StateTag";

const NOTHING = "–";

export function State({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  return (
    <>
      <StateTag state={replica.state} />
      {replica.attempt > 1 && (
        <span className="quiet"> · {t("console.attempt", { count: replica.attempt })}</span>
      )}
      <ReplicaProgress replica={replica} />
    </>
  );
}

export function revisionShown({ revision, live_revision: live }: Replica, t: TFunction): string {
  if (live === null || live === undefined) return String(revision ?? NOTHING);
  if (revision === null || revision === undefined || live === revision) return String(live);
  return t("console.detail.from-to", { from: live, to: revision });
}

/** How many are in which state, by the state's name. */
export function countsOf(replicas: Replica[]): [Replica["state"], number][] {
  const counts = new Map<Replica["state"], number>();
  for (const { state } of replicas) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort();
}
