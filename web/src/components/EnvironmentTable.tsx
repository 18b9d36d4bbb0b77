/** The table of environments; a row opens to what its nodes report. */
import { Empty, Table, type TableColumnsType, Typography } from "antd";
import type { SorterResult } from "antd/es/table/interface";
import { useTranslation } from "react-i18next";

import type { Environment } from "../api/environments";
import { pythonShown } from "../app/figures";
import { usePreferences } from "../app/preferences";
import { Replicas } from "./Replicas";
import { StateTag } from "./StateTag";

interface Props {
  items: Environment[];
  loading: boolean;
  /** A field of the API, with `-` in front for the other direction. */
  sort: string;
  onSort: (sort: string) => void;
}

function Name({ environment }: { environment: Environment }) {
  return (
    <span>
      <Typography.Text strong>{environment.name}</Typography.Text>
      {environment.title && (
        <>
          <br />
          <Typography.Text type="secondary">{environment.title}</Typography.Text>
        </>
      )}
    </span>
  );
}

export function EnvironmentTable({ items, loading, sort, onSort }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const order = (field: string) =>
    sort === field ? ("ascend" as const) : sort === `-${field}` ? ("descend" as const) : null;
  const sortable = (field: string) => ({ key: field, sorter: true, sortOrder: order(field) });
  const columns: TableColumnsType<Environment> = [
    {
      title: t("console.column.name"),
      ...sortable("name"),
      render: (_, row) => <Name environment={row} />,
    },
    {
      title: t("console.column.state"),
      key: "state",
      render: (_, row) => <StateTag state={row.state} />,
    },
    { title: t("console.column.revision"), dataIndex: "revision", key: "revision", align: "right" },
    {
      title: t("console.column.python"),
      key: "python",
      render: (_, row) => pythonShown(row.python ?? ""),
    },
    {
      title: t("console.column.packages"),
      dataIndex: "package_count",
      key: "package_count",
      align: "right",
    },
    {
      title: t("console.column.nodes"),
      key: "nodes",
      render: (_, row) => row.replicas.map((replica) => replica.node).join(", "),
    },
    {
      title: t("console.column.updated"),
      ...sortable("updated_at"),
      render: (_, row) => moment.format(new Date(row.updated_at)),
    },
  ];
  return (
    <div style={{ overflowX: "auto" }}>
      <Table<Environment>
        rowKey="id"
        columns={columns}
        dataSource={items}
        loading={loading}
        pagination={false}
        locale={{ emptyText: <Empty description={t("console.environments.none")} /> }}
        expandable={{ expandedRowRender: (row) => <Replicas replicas={row.replicas} /> }}
        onChange={(_pages, _filters, sorter) => {
          const { columnKey, order: direction } = sorter as SorterResult<Environment>;
          const field = typeof columnKey === "string" ? columnKey : "name";
          onSort(direction === "descend" ? `-${field}` : direction ? field : "name");
        }}
      />
    </div>
  );
}
