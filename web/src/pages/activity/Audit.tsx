/** Who changed what, when, and from what to what. */
import { LockOutlined } from "@ant-design/icons";
import { Alert } from "antd";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type AuditEntry, useAudit } from "../../api/audit";
import type { Change } from "../../app/address";
import { useMedia } from "../../app/media";
import { useMay } from "../../app/who";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { subjectOf } from "./actions";
import { AuditFilters } from "./AuditFilters";
import { type Difference, differences } from "./diff";
import { auditOf } from "./wish";

const PHONE = "(width < 720px)";

interface Props {
  params: URLSearchParams;
  change: Change;
}

function fieldOf(field: string, t: TFunction): string {
  return t(`console.activity.field.${field}`, { defaultValue: field });
}

function Subject({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const { kind, name } = subjectOf(entry.subject);
  const linked = kind === "environment" || kind === "operation";
  return (
    <>
      {linked ? <Link to={`/environments/${encodeURIComponent(name)}`}>{name}</Link> : name}
      <div className="quiet audit-kind">{t(`console.activity.subject.${kind}`, { defaultValue: kind })}</div>
    </>
  );
}

function changedOf({ before, after }: AuditEntry): Difference[] {
  // Of what was only asked for, there is no after: the before says what it was asked of.
  return differences(before, after);
}

function Fields({ entry }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation();
  const fields = changedOf(entry).map(({ field }) => fieldOf(field, t));
  const shown = new Intl.ListFormat(i18n.language, { type: "conjunction", style: "narrow" }).format(fields);
  return <span className="quiet">{shown || "–"}</span>;
}

function Diff({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const changed = changedOf(entry);
  if (changed.length === 0)
    return <span className="quiet">{t("console.activity.nothing-changed")}</span>;
  return (
    <dl className="audit-diff">
      {changed.map(({ field, gone, come }) => (
        <div key={field}>
          <dt>{fieldOf(field, t)}</dt>
          {gone.map((each, index) => (
            <dd key={`-${String(index)}`} className="audit-gone">
              <del>{each}</del>
            </dd>
          ))}
          {come.map((each, index) => (
            <dd key={`+${String(index)}`} className="audit-come">
              <ins>{each}</ins>
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}

function columnsOf(t: TFunction, phone: boolean): Column<AuditEntry>[] {
  return [
    {
      key: "when",
      title: t("console.activity.column.when"),
      width: phone ? 62 : 140,
      render: ({ at }) => <Moment at={at} />,
    },
    {
      key: "who",
      title: t("console.activity.column.who"),
      width: 130,
      wideOnly: true,
      render: ({ username }) => username ?? "Venvoy",
    },
    {
      key: "action",
      title: t("console.activity.column.action"),
      render: ({ action }) => t(`console.activity.action.${action}`, { defaultValue: action }),
    },
    {
      key: "subject",
      title: t("console.activity.column.subject"),
      render: (row) => <Subject entry={row} />,
    },
    {
      key: "fields",
      title: t("console.activity.column.changed"),
      wideOnly: true,
      render: (row) => <Fields entry={row} />,
    },
  ];
}

interface DetailProps {
  entry: AuditEntry;
  left: Column<AuditEntry>[];
}

function Detail({ entry, left }: DetailProps) {
  return (
    <>
      {left
        .filter(({ key }) => key !== "fields")
        .map(({ key, title, render }) => (
          <p key={key}>
            <span className="quiet">{title}</span> {render(entry)}
          </p>
        ))}
      <Diff entry={entry} />
    </>
  );
}

function NotForAll() {
  const { t } = useTranslation();
  return (
    <Alert
      type="info"
      showIcon
      icon={<LockOutlined />}
      role="status"
      title={t("console.activity.forbidden")}
      description={t("console.activity.forbidden-hint", { role: t("console.role.admin") })}
    />
  );
}

export function Audit({ params, change }: Props) {
  const { t } = useTranslation();
  const may = useMay("admin");
  const wish = auditOf(params);
  const list = useAudit(wish, may);
  const phone = useMedia(PHONE);
  const columns = useMemo(() => columnsOf(t, phone), [t, phone]);
  if (!may) return <NotForAll />;
  const nameOf = ({ action, subject }: AuditEntry) =>
    `${t(`console.activity.action.${action}`, { defaultValue: action })}, ${subjectOf(subject).name}`;
  return (
    <>
      <AuditFilters wish={wish} change={change} />
      <Loaded of={list}>
        {({ items, next }) => (
          <>
            {items.length === 0 ? (
              <Empty text={t("console.activity.no-entry")} />
            ) : (
              <DataTable<AuditEntry>
                label={t("console.activity.tab.audit")}
                columns={columns}
                rows={items}
                keyOf={({ id }) => id}
                nameOf={nameOf}
                detail={(entry, left) => <Detail entry={entry} left={left} />}
                busy={list.isPlaceholderData}
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
    </>
  );
}
