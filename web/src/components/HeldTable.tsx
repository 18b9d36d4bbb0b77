/** A table that is live and whose order rests while somebody points at it. */
import "./HeldTable.css";

import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { type Column, DataTable, type TableProps } from "./DataTable";
import { useHeld } from "./held";

interface Props<Row> extends Omit<TableProps<Row>, "rows" | "columns" | "busy"> {
  /** Names what was asked for; null while the answer is on its way. */
  list: string | null;
  items: Row[];
  /** Makes the columns, knowing which rows are in the list no more; the same while it rests. */
  columns: (gone: ReadonlySet<string>) => Column<Row>[];
}

export function HeldTable<Row>({ list, items, columns: columnsOf, ...table }: Props<Row>) {
  const { t } = useTranslation();
  const { rows, gone, behind, hands, show } = useHeld(list, items, table.keyOf);
  const columns = useMemo(() => columnsOf(gone), [columnsOf, gone]);
  return (
    <div className="held" {...hands}>
      <div className="held-notice" role="status">
        {behind && (
          <Button size="small" shape="round" icon={<ReloadOutlined aria-hidden />} onClick={show}>
            {t("console.list.changed")}
          </Button>
        )}
      </div>
      <DataTable<Row> {...table} columns={columns} rows={rows} busy={list === null} />
    </div>
  );
}
