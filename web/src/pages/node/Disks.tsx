/** A node's file systems, that of the agent's data first. */
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { bytes, share } from "../../app/figures";
import { usePreferences } from "../../app/preferences";

function Disk({ disk }: { disk: Node["disks"][number] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { path, total_bytes: total, free_bytes: free, data } = disk;
  const used = share(total - free, total);
  const words = { free: bytes(free, language), total: bytes(total, language) };
  return (
    <li>
      <div className="disk-head">
        <code className="path">{path}</code>
        {data && <span className="quiet">{t("console.node.data-disk")}</span>}
      </div>
      <div
        className="gauge-track"
        role="meter"
        aria-label={path}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={used}
      >
        <div className="gauge-fill" style={{ width: `${String(used)}%` }} />
      </div>
      <span className="quiet figures">{t("console.node.free-of", words)}</span>
    </li>
  );
}

export function Disks({ node: { disks } }: { node: Node }) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <h2>{t("console.node.disks")}</h2>
      {disks.length === 0 && <span className="quiet">{t("console.node.untold")}</span>}
      <ul className="disks">
        {disks.map((disk) => (
          <Disk key={disk.path} disk={disk} />
        ))}
      </ul>
    </section>
  );
}
