/** All environments with their states; the URL holds search, filter, order and page. */
import { Alert, Button, Flex, Input, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";

import type { EnvironmentState } from "../api/environments";
import { useEnvironments } from "../api/environments";
import { useLiveChanges } from "../api/events";
import { EnvironmentTable } from "../components/EnvironmentTable";
import { Failure } from "../components/Failure";
import { FirstSteps } from "../components/FirstSteps";

const STATES: EnvironmentState[] = ["resolving", "rolling", "ready", "degraded", "failed", "paused"];

function asState(value: string | null): EnvironmentState | null {
  return STATES.find((state) => state === value) ?? null;
}

export function EnvironmentsPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const live = useLiveChanges();
  const search = params.get("search") ?? "";
  const state = asState(params.get("state"));
  const sort = params.get("sort") ?? "name";
  const cursor = params.get("cursor");
  const page = useEnvironments({ search, state, sort, cursor }, live);

  const change = (changes: Record<string, string | null>) => {
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [key, value] of Object.entries(changes)) {
        if (value) after.set(key, value);
        else after.delete(key);
      }
      return after;
    });
  };

  const empty = page.data?.items.length === 0;
  const narrowed = Boolean(search || state || cursor);
  return (
    <Flex vertical gap={16}>
      <Flex align="center" gap={12} wrap>
        <Typography.Title level={1} style={{ fontSize: 24, margin: 0, flex: 1 }}>
          {t("console.environments.title")}
        </Typography.Title>
        <Input.Search
          key={search}
          allowClear
          defaultValue={search}
          aria-label={t("console.environments.search")}
          placeholder={t("console.environments.search")}
          style={{ width: 300 }}
          onSearch={(value) => {
            change({ search: value.trim(), cursor: null });
          }}
        />
        <Select<EnvironmentState | "">
          aria-label={t("console.environments.state")}
          value={state ?? ""}
          style={{ minWidth: 150 }}
          onChange={(value) => {
            change({ state: value || null, cursor: null });
          }}
          options={[
            { value: "", label: t("console.environments.all-states") },
            ...STATES.map((value) => ({ value, label: t(`states.${value}`) })),
          ]}
        />
      </Flex>
      {!live && <Alert type="warning" showIcon title={t("console.polling")} role="status" />}
      {page.isError && <Failure error={page.error} retry={() => void page.refetch()} />}
      {empty && !narrowed ? (
        <FirstSteps />
      ) : (
        <EnvironmentTable
          items={page.data?.items ?? []}
          loading={page.isPending}
          sort={sort}
          onSort={(value) => {
            change({ sort: value, cursor: null });
          }}
        />
      )}
      {(cursor ?? page.data?.next) && (
        <Flex justify="end" gap={8}>
          <Button
            disabled={!cursor}
            onClick={() => {
              change({ cursor: null });
            }}
          >
            {t("console.first-page")}
          </Button>
          <Button
            disabled={!page.data?.next}
            onClick={() => {
              change({ cursor: page.data?.next ?? null });
            }}
          >
            {t("console.next-page")}
          </Button>
        </Flex>
      )}
    </Flex>
  );
}
