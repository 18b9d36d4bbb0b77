/** The Pythons that a node found. */
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";

type Interpreter = Node["interpreters"][number];

function columnsOf(t: TFunction): Column<Interpreter>[] {
  return [
    {
      key: "version",
      title: t("console.node.python.version"),
      width: 140,
      render: (row) => <strong className="figures">{row.version}</strong>,
    },
    {
      key: "kind",
      title: t("console.node.python.kind"),
      width: 200,
      wideOnly: true,
      render: ({ implementation, free_threaded: free }) =>
        free ? t("console.node.python.free-threaded", { implementation }) : implementation,
    },
    {
      key: "path",
      title: t("console.detail.column.path"),
      render: (row) => <code className="path">{row.path}</code>,
    },
    {
      key: "source",
      title: t("console.node.python.source"),
      width: 140,
      wideOnly: true,
      render: ({ source }) => t(`console.node.python.from.${source}`, { defaultValue: source }),
    },
  ];
}

export function Interpreters({ node: { interpreters } }: { node: Node }) {
  const { t } = useTranslation();
  const columns = useMemo(() => columnsOf(t), [t]);
  if (interpreters.length === 0) return <Empty text={t("console.node.python.none")} />;
  return (
    <DataTable<Interpreter>
      label={t("console.node.tab.interpreters")}
      columns={columns}
      rows={interpreters}
      keyOf={(row) => row.path}
      nameOf={(row) => row.version}
    />
  );
}
