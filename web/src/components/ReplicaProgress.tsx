/** How far a build on one node is. */
import { useTranslation } from "react-i18next";

import { isMoving, type Replica } from "../api/environments";
import { WorkProgress } from "./WorkProgress";

export function ReplicaProgress({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  const { progress, node } = replica;
  if (!isMoving(replica) || !progress?.packages_total) return null;
  return <WorkProgress progress={progress} label={t("console.progress", { node })} />;
}
