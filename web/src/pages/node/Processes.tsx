/** Which processes work in environments of the node. */
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { useNodeProcesses } from "../../api/processes";
import { TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { ProcessTable } from "../../components/ProcessTable";

export function Processes({ node: { name, state } }: { node: Node }) {
  const { t } = useTranslation();
  const question = useNodeProcesses(name);
  return (
    <Loaded of={question} outline={<TableOutline />}>
      {(running) => (
        <div className="stack">
          {state === "offline" && <p className="quiet">{t("console.processes.offline", { node: name })}</p>}
          {running.total === 0 ? (
            <Empty text={t("console.processes.none-node")} />
          ) : (
            <ProcessTable running={running} by="environment" />
          )}
        </div>
      )}
    </Loaded>
  );
}
