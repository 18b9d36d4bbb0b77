/** What the node keeps of each environment, what would be deleted, and deleting it now. */
import { Button, Flex } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { type CollectedPrefix, type NodeCollection, useCollection } from "../../api/garbage";
import type { Node } from "../../api/nodes";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { useMay } from "../../app/who";
import { type Column, DataTable } from "../../components/DataTable";
import { Failure } from "../../components/Failure";
import { RowName } from "../../components/RowName";

const UNKNOWN = "?";

function columnsOf(t: TFunction, language: string): Column<CollectedPrefix>[] {
  const size = (count: number | null | undefined) =>
    typeof count === "number" ? bytes(count, language) : UNKNOWN;
  return [
    {
      key: "environment",
      title: t("console.garbage.column.environment"),
      render: ({ environment }) => (
        <RowName to={`/environments/${environment}`} name={environment} title="" />
      ),
    },
    {
      key: "revision",
      title: t("console.garbage.column.revision"),
      width: 96,
      number: true,
      render: ({ revision }) => revision,
    },
    {
      key: "fate",
      title: t("console.garbage.column.fate"),
      render: ({ fate, processes }) => (
        <>
          {t(`fates.${fate}`, { defaultValue: fate })}
          {processes > 0 && (
            <span className="quiet"> · {t("console.garbage.processes", { count: processes })}</span>
          )}
        </>
      ),
    },
    {
      key: "size",
      title: t("console.garbage.column.size"),
      width: 120,
      number: true,
      wideOnly: true,
      render: ({ size_bytes: count }) => size(count),
    },
    {
      key: "frees",
      title: t("console.garbage.column.frees"),
      width: 120,
      number: true,
      wideOnly: true,
      render: ({ own_bytes: count }) => size(count),
    },
  ];
}

function Answer({ found, preview }: { found: NodeCollection; preview: boolean }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const columns = useMemo(() => columnsOf(t, language), [t, language]);
  const { answered, finished, free, prefixes, total, node_state: state } = found;
  if (!answered) {
    return (
      <p role="status">
        {t(state === "offline" ? "console.garbage.offline" : "console.garbage.silent")}
      </p>
    );
  }
  const words = { count: free, bytes: bytes(found.free_bytes, language) };
  const said = preview ? t("console.garbage.sum", words) : t("console.garbage.done", words);
  return (
    <>
      <p role="status">
        {free === 0 ? t("console.garbage.none") : said}
        {!finished && ` ${t("console.garbage.goes-on")}`}
      </p>
      {preview && prefixes.length > 0 && (
        <DataTable<CollectedPrefix>
          label={t("console.garbage.title")}
          columns={columns}
          rows={prefixes}
          keyOf={({ build }) => build}
          nameOf={({ environment, revision }) => `${environment} ${revision}`}
        />
      )}
      {preview && total > prefixes.length && (
        <p className="quiet">{t("console.garbage.more", { shown: prefixes.length, total })}</p>
      )}
    </>
  );
}

export function Prefixes({ node: { name, state } }: { node: Node }) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const ask = useCollection(name);
  const { data, variables: preview = true } = ask;
  const deletable = data?.answered === true && preview && data.free > 0;
  if (!may) return null;
  return (
    <section className="panel stack" aria-label={t("console.garbage.title")}>
      <h2>{t("console.garbage.title")}</h2>
      <p className="quiet">{t("console.garbage.why")}</p>
      {state === "offline" && <p>{t("console.garbage.offline")}</p>}
      {ask.isError && <Failure error={ask.error} />}
      {data && !ask.isPending && <Answer found={data} preview={preview} />}
      <Flex gap={8} wrap>
        <Button
          loading={ask.isPending && preview}
          disabled={state === "offline" || ask.isPending}
          onClick={() => {
            ask.mutate(true);
          }}
        >
          {t("console.garbage.preview")}
        </Button>
        {deletable && (
          <Button
            danger
            disabled={ask.isPending}
            onClick={() => {
              ask.mutate(false);
            }}
          >
            {t("console.garbage.collect")}
          </Button>
        )}
      </Flex>
    </section>
  );
}
