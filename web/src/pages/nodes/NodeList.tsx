/** All nodes with their meters; the URL holds search, filters, order and page. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { useNodeList } from "../../api/nodes";
import { TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { ClearFilters, Filters, States } from "./Filters";
import { FirstNode, Lonely } from "./FirstNode";
import { NodeTable } from "./NodeTable";
import { filtersIn, useWish } from "./wish";

const LOCAL = "local";

export function NodeList({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const [wish, change] = useWish();
  const list = useNodeList(wish);
  const narrow = useCallback(
    (label: string) => {
      change({ label: [...new Set([...wish.labels, label])], cursor: null });
    },
    [change, wish.labels],
  );
  const filtered = filtersIn(wish) > 0;
  const settled = list.data && !list.isPlaceholderData;
  const all = settled && !filtered && !wish.cursor ? list.data.items : null;
  const none = all?.length === 0;
  const lonely = all?.length === 1 && all[0]?.name === LOCAL;
  return (
    <>
      {!none && <Filters wish={wish} change={change} regions={list.data?.regions ?? []} />}
      <Loaded of={list} outline={<TableOutline />}>
        {({ items, next, counts }) => (
          <>
            {none && <FirstNode onAdd={onAdd} />}
            {!none && <States wish={wish} change={change} counts={counts} />}
            {!none && items.length === 0 && (
              <Empty text={t("console.nodes.none")}>
                {filtered && <ClearFilters wish={wish} change={change} />}
              </Empty>
            )}
            {items.length > 0 && (
              <NodeTable
                items={items}
                list={settled ? JSON.stringify(wish) : null}
                sort={wish.sort}
                onSort={(sort) => {
                  change({ sort, cursor: null });
                }}
                onLabel={narrow}
              />
            )}
            {lonely && <Lonely onAdd={onAdd} />}
            <Pager
              cursor={wish.cursor}
              next={next ?? null}
              onTurn={(cursor) => {
                change({ cursor });
              }}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
