/** All environments with their states; the URL holds search, filters, order and page. */
import { PlusOutlined } from "@ant-design/icons";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { useEnvironments } from "../api/environments";
import { useMay } from "../app/who";
import { TableOutline } from "../components/DataTable";
import { Empty } from "../components/Empty";
import { EnvironmentTable } from "../components/EnvironmentTable";
import { FirstSteps } from "../components/FirstSteps";
import { LinkButton } from "../components/LinkButton";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { Pager } from "../components/Pager";
import { ClearFilters, Filters } from "./environments/Filters";
import { filtersIn, useWish } from "./environments/wish";

function Create() {
  const { t } = useTranslation();
  return (
    <LinkButton type="primary" to="/create" icon={<PlusOutlined aria-hidden />}>
      {t("console.list.create")}
    </LinkButton>
  );
}

export function EnvironmentsPage() {
  const { t } = useTranslation();
  const operator = useMay("operator");
  const [wish, change] = useWish();
  const list = useEnvironments(wish);
  const narrow = useCallback(
    (label: string) => {
      change({ label: [...new Set([...wish.labels, label])], cursor: null });
    },
    [change, wish.labels],
  );
  const filtered = filtersIn(wish) > 0;
  const settled = list.data && !list.isPlaceholderData;
  const none = settled && !filtered && !wish.cursor && list.data.items.length === 0;
  return (
    <Page title={t("console.environments.title")} tools={operator && !none && <Create />}>
      {!none && <Filters wish={wish} change={change} />}
      <Loaded of={list} outline={<TableOutline />}>
        {({ items, next }) => (
          <>
            {none && <FirstSteps />}
            {!none && items.length === 0 && (
              <Empty text={t("console.list.none")}>
                {filtered && <ClearFilters wish={wish} change={change} />}
              </Empty>
            )}
            {items.length > 0 && (
              <EnvironmentTable
                items={items}
                list={settled ? JSON.stringify(wish) : null}
                sort={wish.sort}
                onSort={(sort) => {
                  change({ sort, cursor: null });
                }}
                onLabel={narrow}
              />
            )}
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
    </Page>
  );
}
