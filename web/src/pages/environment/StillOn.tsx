/** What still works with another revision than the environment's, until it is gone. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type Running, stillOn, useProcesses } from "../../api/processes";
import { tabSearch } from "./tabs";

export function StillOn({ running }: { running: Running }) {
  const { t } = useTranslation();
  const found = stillOn(running);
  if (found.length === 0) return null;
  return (
    <div role="status">
      {found.map(({ revision, count }) => (
        <p key={revision}>{t("console.processes.still", { count, revision })}</p>
      ))}
      <p className="quiet">{t("console.processes.still-until")}</p>
    </div>
  );
}

/** The same above the rest of the page, with the way to who they are. */
export function StillOnNote({ name }: { name: string }) {
  const { t } = useTranslation();
  const { data } = useProcesses(name);
  if (!data || stillOn(data).length === 0) return null;
  return (
    <section className="panel" aria-label={t("console.processes.label")}>
      <StillOn running={data} />
      <Link to={{ search: tabSearch("processes") }}>{t("console.processes.label")}</Link>
    </section>
  );
}
