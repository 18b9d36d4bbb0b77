/** The Pythons of a node: found by itself, or installed by Venvoy, which also removes them. */
import { DeleteOutlined, DownloadOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Node } from "../../api/nodes";
import { isUnderWay, type NodePython, useNodePythons } from "../../api/pythons";
import { useMay } from "../../app/who";
import { type Column, DataTable, TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { StateTag } from "../../components/StateTag";
import { AddPython } from "./AddPython";
import { RemovePython } from "./RemovePython";

const NOTHING = "–";
const NAMED = 4;

type Ask = (python: NodePython) => void;

function Version({ python }: { python: NodePython }) {
  const { state, version, archive, cause, operation } = python;
  const stated = archive !== null && state !== "ready";
  return (
    <>
      <strong className="figures">{version}</strong>
      {stated && (
        <div>
          {operation ? (
            <Link to={`/operations/${operation}`}>
              <StateTag state={state} />
            </Link>
          ) : (
            <StateTag state={state} />
          )}
        </div>
      )}
      {cause && <div className="quiet">{cause.message}</div>}
    </>
  );
}

function Used({ by }: { by: readonly string[] }) {
  const { t } = useTranslation();
  if (by.length === 0) return NOTHING;
  return (
    <>
      {by.slice(0, NAMED).map((name) => (
        <div key={name}>
          <Link to={`/environments/${name}`}>{name}</Link>
        </div>
      ))}
      {by.length > NAMED && (
        <div className="quiet">{t("console.node.python.more", { count: by.length - NAMED })}</div>
      )}
    </>
  );
}

function columnsOf(t: TFunction, may: boolean, onRemove: Ask): Column<NodePython>[] {
  return [
    {
      key: "version",
      title: t("console.node.python.version"),
      width: 150,
      render: (row) => <Version python={row} />,
    },
    {
      key: "kind",
      title: t("console.node.python.kind"),
      width: 170,
      wideOnly: true,
      render: ({ implementation, free_threaded: free }) =>
        free ? t("console.node.python.free-threaded", { implementation }) : implementation,
    },
    {
      key: "path",
      title: t("console.detail.column.path"),
      wideOnly: true,
      render: ({ path }) => (path ? <code className="path">{path}</code> : NOTHING),
    },
    {
      key: "source",
      title: t("console.node.python.source"),
      width: 120,
      wideOnly: true,
      render: ({ source }) => t(`console.node.python.from.${source}`, { defaultValue: source }),
    },
    {
      key: "used",
      title: t("console.node.python.used"),
      width: 170,
      wideOnly: true,
      render: ({ environments }) => <Used by={environments} />,
    },
    {
      key: "act",
      title: t("console.activity.column.act"),
      width: 90,
      number: true,
      render: (row) =>
        may &&
        row.archive !== null &&
        !isUnderWay(row) && (
          <Button
            size="small"
            danger
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t("console.node.python.remove.one", { python: row.version })}
            onClick={() => {
              onRemove(row);
            }}
          />
        ),
    },
  ];
}

export function Interpreters({ node }: { node: Node }) {
  const { t } = useTranslation();
  const may = useMay("operator");
  const question = useNodePythons(node.name);
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<NodePython | null>(null);
  const columns = columnsOf(t, may, setRemoving);
  return (
    <div className="stack">
      {may && (
        <Flex justify="end">
          <Button
            icon={<DownloadOutlined aria-hidden />}
            onClick={() => {
              setAdding(true);
            }}
          >
            {t("console.node.python.add.label")}
          </Button>
        </Flex>
      )}
      <Loaded of={question} outline={<TableOutline />}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty text={t("console.node.python.none")} />
          ) : (
            <DataTable<NodePython>
              label={t("console.node.tab.interpreters")}
              columns={columns}
              rows={items}
              keyOf={(row) => `${row.archive ?? ""} ${row.path ?? row.version}`}
              nameOf={(row) => row.version}
            />
          )
        }
      </Loaded>
      {adding && (
        <AddPython
          node={node}
          onClose={() => {
            setAdding(false);
          }}
        />
      )}
      {removing && (
        <RemovePython
          node={node.name}
          python={removing}
          onClose={() => {
            setRemoving(null);
          }}
        />
      )}
    </div>
  );
}
