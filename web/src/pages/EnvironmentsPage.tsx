/** All environments with their states; the URL holds search, filter, order and page. */
import { WarningFilled } from "@ant-design/icons";
import { Button, Flex, Select, Skeleton } from "antd";
import { useTranslation } from "react-i18next";

import { type EnvironmentState, STATES, useEnvironments } from "../api/environments";
import { useLiveChanges } from "../api/events";
import { ApiError } from "../api/problem";
import { EnvironmentTable } from "../components/EnvironmentTable";
import { Failure } from "../components/Failure";
import { FirstSteps } from "../components/FirstSteps";
import { SearchBox } from "../components/SearchBox";
import { type Change, useWish, type Wish } from "./environmentsWish";

function Head({ wish, change }: { wish: Wish; change: Change }) {
  const { t } = useTranslation();
  return (
    <div className="page-head">
      <h1>{t("console.environments.title")}</h1>
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
    </div>
  );
}

function NoMatch({ change }: { change: Change }) {
  const { t } = useTranslation();
  return (
    <Flex vertical align="center" gap={12} className="panel">
      <span role="status">{t("console.environments.none")}</span>
      <Button
        onClick={() => {
          change({ search: null, state: null, cursor: null });
        }}
      >
        {t("console.environments.show-all")}
      </Button>
    </Flex>
  );
}

function Pages({ wish, next, change }: { wish: Wish; next: string | null; change: Change }) {
  const { t } = useTranslation();
  if (!wish.cursor && !next) return null;
  const turn = (cursor: string | null) => () => {
    change({ cursor });
    scrollTo({ top: 0 });
  };
  return (
    <Flex component="nav" aria-label={t("console.pages")} justify="end" gap={8}>
      <Button disabled={!wish.cursor} onClick={turn(null)}>
        {t("console.first-page")}
      </Button>
      <Button disabled={!next} onClick={turn(next)}>
        {t("console.next-page")}
      </Button>
    </Flex>
  );
}

export function EnvironmentsPage() {
  const { t } = useTranslation();
  const [wish, change] = useWish();
  const live = useLiveChanges();
  const { data, error, refetch, isPending, isPlaceholderData } = useEnvironments(wish, live);
  const refused = error instanceof ApiError && error.status < 500;
  const narrowed = Boolean(wish.search || wish.state || wish.cursor);
  return (
    <Flex vertical gap={16}>
      <title>{`${t("console.environments.title")} · Venvoy`}</title>
      <Head wish={wish} change={change} />
      {error && <Failure error={error} {...(refused ? {} : { retry: () => void refetch() })} />}
      {!live && !error && (
        <span role="status" style={{ color: "var(--warn)" }}>
          <WarningFilled aria-hidden /> {t("console.polling")}
        </span>
      )}
      {isPending && !error && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
      {data?.items.length === 0 && (narrowed ? <NoMatch change={change} /> : <FirstSteps />)}
      {data && data.items.length > 0 && (
        <EnvironmentTable
          items={data.items}
          busy={isPlaceholderData}
          sort={wish.sort}
          onSort={(sort) => {
            change({ sort, cursor: null });
          }}
        />
      )}
      <Pages wish={wish} next={data?.next ?? null} change={change} />
    </Flex>
  );
}
