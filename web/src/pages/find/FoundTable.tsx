/** What was found, row by row: where, which version, and how that is known. */
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Found } from "../../api/find";
import { type Column, DataTable } from "../../components/DataTable";
import { Moment } from "../../components/Moment";

const NOTHING = "–";

function environmentPath({ environment, kind }: Found): string {
  const path = `/environments/${encodeURIComponent(environment)}`;
  return kind === "revision" ? `${path}?tab=revisions` : path;
}

function Where({ row }: { row: Found }) {
  const { t } = useTranslation();
  const { environment, node, deleted } = row;
  return (
    <>
      <strong className="find-place">
        {deleted ? environment : <Link to={environmentPath(row)}>{environment}</Link>}
      </strong>
      <div className="quiet find-beside find-place">
        {node ? (
          <Link to={`/nodes/${encodeURIComponent(node)}`}>{node}</Link>
        ) : (
          t("console.find.in-lock")
        )}
        {deleted && ` · ${t("console.find.deleted")}`}
      </div>
    </>
  );
}

function Version({ row: { version, basis, seen, editable } }: { row: Found }) {
  const { t } = useTranslation();
  const differs = basis === "locked" && seen !== null && seen !== version;
  return (
    <>
      <span className="figures">{version}</span>
      {differs && (
        <div className="quiet find-beside">{t("console.find.seen", { version: seen })}</div>
      )}
      {editable && <div className="quiet find-beside">{t("console.find.editable")}</div>}
    </>
  );
}

function Lock({ row: { as_locked: same, locked = [] } }: { row: Found }) {
  const { t } = useTranslation();
  if (same) return t("console.find.same");
  return locked.length > 0 ? (
    <span className="figures">{locked.join(", ")}</span>
  ) : (
    t("console.find.lacks")
  );
}

function Known({ row: { kind, basis, observed_at: at, installer } }: { row: Found }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`console.find.basis.${basis}`)}
      {kind === "replica" && at && (
        <div className="quiet find-beside">
          <Moment at={at} />
          {installer && ` · ${t("console.find.by-installer", { installer })}`}
        </div>
      )}
    </>
  );
}

function Use({ row: { kind, use, live_on: count } }: { row: Found }) {
  const { t } = useTranslation();
  return kind === "revision" && use === "live"
    ? t("console.find.live-on", { count })
    : t(`console.find.use.${use}`);
}

function columnsOf(t: TFunction): Column<Found>[] {
  const title = (key: string) => t(`console.find.column.${key}`);
  return [
    { key: "where", title: title("where"), render: (row) => <Where row={row} /> },
    { key: "version", title: title("version"), render: (row) => <Version row={row} /> },
    {
      key: "revision",
      title: title("revision"),
      number: true,
      width: 90,
      render: ({ revision }) => revision ?? NOTHING,
    },
    { key: "use", title: title("use"), wideOnly: true, render: (row) => <Use row={row} /> },
    { key: "lock", title: title("lock"), wideOnly: true, render: (row) => <Lock row={row} /> },
    { key: "known", title: title("known"), wideOnly: true, render: (row) => <Known row={row} /> },
  ];
}

const keyOf = ({ kind, environment, node, revision, version, deleted }: Found) =>
  [kind, environment, String(deleted), node ?? "", String(revision), version].join(" ");

export function FoundTable({ rows, busy }: { rows: Found[]; busy: boolean }) {
  const { t } = useTranslation();
  const columns = useMemo(() => columnsOf(t), [t]);
  return (
    <DataTable<Found>
      label={t("console.find.table")}
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      nameOf={({ environment, node, revision }) => node ?? `${environment}@${String(revision)}`}
      busy={busy}
    />
  );
}
