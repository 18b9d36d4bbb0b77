/** Which processes work in the environment, node by node. */
import { useTranslation } from "react-i18next";

import type { Environment } from "../../api/environment";
import { useProcesses } from "../../api/processes";
import { TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { ProcessTable } from "../../components/ProcessTable";
import { StillOn } from "./StillOn";

export function Processes({ environment: { name } }: { environment: Environment }) {
  const { t } = useTranslation();
  const question = useProcesses(name);
  return (
    <Loaded of={question} outline={<TableOutline />}>
      {(running) =>
        running.total === 0 ? (
          <Empty text={t("console.processes.none")} />
        ) : (
          <div className="stack">
            <StillOn running={running} />
            <ProcessTable running={running} by="node" />
          </div>
        )
      }
    </Loaded>
  );
}
