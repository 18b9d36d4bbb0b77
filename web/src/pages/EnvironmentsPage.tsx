/** All environments with their states; the URL holds search, filter, order and page. */
import { Button, Select } from "antd";
import { useTranslation } from "react-i18next";

import { type EnvironmentState, STATES, useEnvironments } from "../api/environments";
import { Empty } from "../components/Empty";
import { EnvironmentTable } from "../components/EnvironmentTable";
import { FirstSteps } from "../components/FirstSteps";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { Pager } from "../components/Pager";
import { SearchBox } from "../components/SearchBox";
import { type Change, useWish, type Wish } from "./environmentsWish";

function Tools({ wish, change }: { wish: Wish; change: Change }) {
  const { t } = useTranslation();
  return (
    <>
      <SearchBox
        label={t("console.environments.search")}
        value={wish.search}
        onSearch={(search) => {
          change({ search, cursor: null });
        }}
      />
      <Select<EnvironmentState | "">
        aria-label={t("console.environments.state")}
        className="wide"
        value={wish.state ?? ""}
        style={{ minWidth: 140 }}
        onChange={(state) => {
          change({ state: state || null, cursor: null });
        }}
        options={[
          { value: "", label: t("console.environments.all-states") },
          ...STATES.map((value) => ({ value, label: t(`states.${value}`) })),
        ]}
      />
    </>
  );
}

function NoMatch({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <Empty text={t("console.environments.none")}>
      <Button
        onClick={() => {
          change({ search: null, state: null, cursor: null });
        }}
      >
        {t("console.environments.show-all")}
      </Button>
    </Empty>
  );
}

export function EnvironmentsPage() {
  const { t } = useTranslation();
  const [wish, change] = useWish();
  const list = useEnvironments(wish);
  const narrowed = Boolean(wish.search || wish.state || wish.cursor);
  return (
    <Page
      title={t("console.environments.title")}
      tools={<Tools wish={wish} change={change} />}
    >
      <Loaded of={list}>
        {({ items, next }) => (
          <>
            {items.length === 0 && (narrowed ? <NoMatch change={change} /> : <FirstSteps />)}
            {items.length > 0 && (
              <EnvironmentTable
                items={items}
                busy={list.isPlaceholderData}
                sort={wish.sort}
                onSort={(sort) => {
                  change({ sort, cursor: null });
                }}
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
