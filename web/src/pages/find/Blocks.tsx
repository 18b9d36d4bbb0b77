/** Blocked releases: why, by whom, and where each is already. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type BlockedRelease, useBlocks, useRemoveBlock } from "../../api/blocks";
import type { Change } from "../../app/address";
import { useMay } from "../../app/who";
import { type Column, DataTable, TableOutline } from "../../components/DataTable";
import { Dialog } from "../../components/Dialog";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { BlockForm } from "./BlockForm";

const NOTHING = "–";

type Removing = ReturnType<typeof useRemoveBlock>;

function Remove({ block, removing }: { block: BlockedRelease; removing: Removing }) {
  const { t } = useTranslation();
  const { isPending, variables, mutate } = removing;
  return (
    <Button
      size="small"
      aria-label={t("console.blocks.remove-label", { release: block.release })}
      loading={isPending && variables === block.id}
      disabled={isPending}
      onClick={() => {
        mutate(block.id);
      }}
    >
      {t("console.blocks.remove")}
    </Button>
  );
}

function Where({ block: { release, held } }: { block: BlockedRelease }) {
  const { t } = useTranslation();
  const { replicas = 0, revisions = 0 } = held ?? {};
  if (replicas + revisions === 0)
    return <span className="quiet">{t("console.blocks.nowhere")}</span>;
  return (
    <Link to={`/find?q=${encodeURIComponent(release)}`}>
      {t("console.blocks.held", { replicas, revisions })}
    </Link>
  );
}

function columnsOf(t: TFunction, removing: Removing | null): Column<BlockedRelease>[] {
  const columns: Column<BlockedRelease>[] = [
    {
      key: "release",
      title: t("console.blocks.release"),
      render: ({ release }) => <strong className="figures">{release}</strong>,
    },
    {
      key: "where",
      title: t("console.blocks.where"),
      render: (row) => <Where block={row} />,
    },
    {
      key: "reason",
      title: t("console.blocks.reason"),
      wideOnly: true,
      render: ({ reason }) => reason,
    },
    {
      key: "by",
      title: t("console.blocks.by"),
      width: 130,
      wideOnly: true,
      render: ({ author }) => author ?? NOTHING,
    },
    {
      key: "when",
      title: t("console.blocks.when"),
      width: 140,
      wideOnly: true,
      render: ({ created_at: at }) => <Moment at={at} />,
    },
  ];
  if (removing)
    columns.push({
      key: "act",
      title: t("console.activity.column.act"),
      width: 120,
      number: true,
      render: (row) => <Remove block={row} removing={removing} />,
    });
  return columns;
}

export function Blocks({ cursor, change }: { cursor: string | null; change: Change }) {
  const { t } = useTranslation();
  const may = useMay("admin");
  const question = useBlocks(cursor);
  const removing = useRemoveBlock();
  const [adding, setAdding] = useState(false);
  const add = may && (
    <Button
      type="primary"
      icon={<PlusOutlined aria-hidden />}
      onClick={() => {
        setAdding(true);
      }}
    >
      {t("console.blocks.add")}
    </Button>
  );
  return (
    <>
      {removing.error && <Failure error={removing.error} />}
      <Loaded of={question} outline={<TableOutline />}>
        {({ items, next }) => (
          <div className="stack">
            <p className="quiet">{t("console.blocks.lead")}</p>
            {items.length === 0 ? (
              <Empty text={t("console.blocks.none")}>{add}</Empty>
            ) : (
              <>
                {add && <div>{add}</div>}
                <DataTable<BlockedRelease>
                  label={t("console.blocks.table")}
                  columns={columnsOf(t, may ? removing : null)}
                  rows={items}
                  keyOf={(row) => row.id}
                  nameOf={(row) => row.release}
                  busy={question.isPlaceholderData}
                />
              </>
            )}
            <Pager
              cursor={cursor}
              next={next ?? null}
              onTurn={(to) => {
                change({ cursor: to });
              }}
            />
          </div>
        )}
      </Loaded>
      {adding && (
        <Dialog
          title={t("console.blocks.add")}
          onClose={() => {
            setAdding(false);
          }}
        >
          <BlockForm
            onClose={() => {
              setAdding(false);
            }}
          />
        </Dialog>
      )}
    </>
  );
}
