/** The tokens by which machines join: who made them, for how many, until when. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { type NodeToken, tokenState, useNodeTokens, useRevokeNodeToken } from "../../api/nodeTokens";
import type { Change } from "../../app/address";
import { useNow } from "../../app/now";
import { useMay } from "../../app/who";
import { type Column, DataTable, TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import { AdminNeeded } from "./AdminNeeded";
import { Until } from "./Until";

const NOTHING = "–";

interface Props {
  cursor: string | null;
  change: Change;
  onAdd: () => void;
}

type Revoking = ReturnType<typeof useRevokeNodeToken>;

function Revoke({ token, revoking }: { token: NodeToken; revoking: Revoking }) {
  const { t } = useTranslation();
  const { isPending, variables, mutate } = revoking;
  return (
    <Button
      size="small"
      danger
      aria-label={t("console.nodes.token.revoke-one", { id: token.id })}
      loading={isPending && variables === token.id}
      disabled={isPending}
      onClick={() => {
        mutate(token.id);
      }}
    >
      {t("console.nodes.token.revoke")}
    </Button>
  );
}

function columnsOf(t: TFunction, now: number, revoking: Revoking): Column<NodeToken>[] {
  return [
    {
      key: "state",
      title: t("console.column.state"),
      width: 120,
      render: (row) => {
        const state = tokenState(row, now);
        const word = t(`console.nodes.token.state.${state}`);
        return state === "open" ? <strong>{word}</strong> : <span className="quiet">{word}</span>;
      },
    },
    {
      key: "used",
      title: t("console.nodes.token.machines"),
      render: ({ used, uses }) => t("console.nodes.token.used-of", { used, uses }),
    },
    {
      key: "until",
      title: t("console.nodes.token.until"),
      render: (row) => <Until at={row.expires_at} />,
    },
    {
      key: "by",
      title: t("console.nodes.token.by"),
      width: 140,
      wideOnly: true,
      render: (row) => row.created_by ?? NOTHING,
    },
    {
      key: "created",
      title: t("console.nodes.token.created"),
      width: 150,
      wideOnly: true,
      render: (row) => <Moment at={row.created_at} />,
    },
    {
      key: "revoke",
      title: t("console.activity.column.act"),
      width: 100,
      number: true,
      render: (row) =>
        tokenState(row, now) === "open" && <Revoke token={row} revoking={revoking} />,
    },
  ];
}

export function JoinTokens({ cursor, change, onAdd }: Props) {
  const { t } = useTranslation();
  const may = useMay("admin");
  const now = useNow();
  const question = useNodeTokens(cursor, may);
  const revoking = useRevokeNodeToken();
  if (!may) return <AdminNeeded />;
  return (
    <>
      {revoking.error && <Failure error={revoking.error} />}
      <Loaded of={question} outline={<TableOutline />}>
        {({ items, next }) => (
          <>
            {items.length === 0 && (
              <Empty text={t("console.nodes.token.none")}>
                <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={onAdd}>
                  {t("console.nodes.add.label")}
                </Button>
              </Empty>
            )}
            {items.length > 0 && (
              <DataTable<NodeToken>
                label={t("console.nodes.tab.tokens")}
                columns={columnsOf(t, now, revoking)}
                rows={items}
                keyOf={(row) => row.id}
                nameOf={(row) => row.id}
                busy={question.isPlaceholderData}
              />
            )}
            <Pager
              cursor={cursor}
              next={next ?? null}
              onTurn={(to) => {
                change({ cursor: to });
              }}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
