/** The log of what is done, or was done last: on a node, or by the controller that resolves. */
import { Flex, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Environment } from "../../api/environment";
import { Empty } from "../../components/Empty";
import { OperationLog } from "../../components/log/OperationLog";
import type { Wish } from "./tabs";
import { isWork, RESOLUTION, usualWork, workOf } from "./work";

/** Stays with the node that was shown first, whatever happens on others meanwhile. */
function useWork(environment: Environment, given: string | null): string {
  const [kept, keep] = useState<string | null>(null);
  const usual = usualWork(environment);
  if (kept === null && usual !== RESOLUTION) keep(usual);
  if (given && isWork(environment, given)) return given;
  if (environment.state === "resolving") return RESOLUTION;
  return kept && isWork(environment, kept) ? kept : usual;
}

export function Log({ environment, params, change }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const chosen = useWork(environment, params.get("node"));
  const operation = workOf(environment, chosen);
  const nodes = environment.replicas.map(({ node }) => ({ value: node, label: node }));
  return (
    <div className="stack">
      <Flex gap="8px 16px" align="center" wrap>
        <Select
          showSearch
          aria-label={t("console.detail.log.of")}
          value={chosen}
          style={{ minWidth: 220 }}
          onChange={(node) => {
            change({ node, line: null, step: null }, { replace: true });
          }}
          options={[...nodes, { value: RESOLUTION, label: t("console.detail.log.resolution") }]}
        />
        {operation && (
          <Link to={`/operations/${operation}`}>{t("console.detail.log.operation")}</Link>
        )}
      </Flex>
      {operation ? (
        <OperationLog operation={operation} />
      ) : (
        <Empty text={t("console.detail.log.none")} />
      )}
    </div>
  );
}
