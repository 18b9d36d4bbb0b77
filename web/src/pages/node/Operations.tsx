/** All work on the node, newest first. */
import "../activity/activity.css";

import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { ENDED, OPEN, useAskOperation, useOperations } from "../../api/operations";
import { TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { newestOf } from "../activity/newest";
import { OperationTable } from "../activity/OperationTable";
import type { Wish } from "./tabs";

const ALL = [...OPEN, ...ENDED];

export function Operations({ node: { name }, params, change }: { node: Node } & Wish) {
  const { t } = useTranslation();
  const cursor = params.get("cursor");
  const wish = { states: ALL, kinds: [], environment: null, node: name, cursor };
  const question = useOperations(wish);
  const ask = useAskOperation();
  return (
    <div className="stack">
      {ask.error && <Failure error={ask.error} />}
      <Loaded of={question} outline={<TableOutline />}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Empty text={t("console.node.no-operations")} />}
            {items.length > 0 && (
              <OperationTable
                label={t("console.node.tab.operations")}
                rows={items}
                newest={newestOf(items)}
                ask={ask}
                busy={question.isPlaceholderData}
              />
            )}
            <Pager
              cursor={cursor}
              next={next ?? null}
              onTurn={(to) => {
                change({ cursor: to });
              }}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}
