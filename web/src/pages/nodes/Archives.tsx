/** The catalogue of Pythons: archives that nodes install from, without the internet. */
import { DeleteOutlined, DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type PythonArchive, useArchives, useRemoveArchive } from "../../api/pythons";
import type { Change } from "../../app/address";
import { bytes, listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { useMay } from "../../app/who";
import { type Column, DataTable, TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { Pager } from "../../components/Pager";
import type { Language } from "../../i18n";
import { InstallDialog } from "./InstallDialog";
import { UploadDialog } from "./UploadDialog";

const NOTHING = "–";
const NAMED = 3;

interface Actions {
  may: boolean;
  removing: ReturnType<typeof useRemoveArchive>;
  onInstall: (archive: PythonArchive) => void;
}

function On({ nodes }: { nodes: readonly string[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (nodes.length === 0) return NOTHING;
  const names = listed(nodes.slice(0, NAMED), language);
  const more = nodes.length - NAMED;
  return more > 0 ? t("console.place.and-more", { names, count: more }) : names;
}

function Act({ archive, may, removing, onInstall }: Actions & { archive: PythonArchive }) {
  const { t } = useTranslation();
  const { isPending, variables, mutate } = removing;
  const { version, platform, id } = archive;
  const what = { python: version, platform: t(`platforms.${platform}`, { defaultValue: platform }) };
  if (!may) return null;
  return (
    <Flex gap={6} justify="end" wrap>
      <Button
        size="small"
        icon={<DownloadOutlined aria-hidden />}
        aria-label={t("console.pythons.install.one", what)}
        onClick={() => {
          onInstall(archive);
        }}
      >
        {t("console.pythons.install.label")}
      </Button>
      <Button
        size="small"
        danger
        icon={<DeleteOutlined aria-hidden />}
        aria-label={t("console.pythons.archive.remove-one", what)}
        loading={isPending && variables === id}
        disabled={isPending}
        onClick={() => {
          mutate(id);
        }}
      />
    </Flex>
  );
}

function columnsOf(t: TFunction, language: Language, actions: Actions): Column<PythonArchive>[] {
  return [
    {
      key: "version",
      title: t("console.node.python.version"),
      width: 100,
      render: (row) => <strong className="figures">{row.version}</strong>,
    },
    {
      key: "platform",
      title: t("console.nodes.column.platform"),
      width: 190,
      render: ({ platform, glibc }) => (
        <>
          <div>{t(`platforms.${platform}`, { defaultValue: platform })}</div>
          {glibc && <div className="quiet">{t("console.pythons.archive.glibc", { glibc })}</div>}
        </>
      ),
    },
    {
      key: "file",
      title: t("console.pythons.archive.file"),
      wideOnly: true,
      render: ({ name, sha256 }) => (
        <>
          <code className="path">{name}</code>
          <div className="quiet" title={sha256}>
            {`sha256 ${sha256.slice(0, 16)}…`}
          </div>
        </>
      ),
    },
    {
      key: "size",
      title: t("console.pythons.archive.size"),
      width: 100,
      number: true,
      wideOnly: true,
      render: ({ size }) => bytes(size, language),
    },
    {
      key: "on",
      title: t("console.pythons.archive.on"),
      width: 150,
      wideOnly: true,
      render: ({ nodes }) => <On nodes={nodes} />,
    },
    {
      key: "came",
      title: t("console.pythons.archive.came"),
      width: 120,
      wideOnly: true,
      render: ({ created_at: at, uploaded_by: by }) => (
        <>
          <Moment at={at} />
          {by && <div className="quiet">{by}</div>}
        </>
      ),
    },
    {
      key: "act",
      title: t("console.activity.column.act"),
      width: 160,
      number: true,
      render: (row) => <Act archive={row} {...actions} />,
    },
  ];
}

function Tools({ may, onUpload }: { may: boolean; onUpload: () => void }) {
  const { t } = useTranslation();
  return (
    <Flex justify="space-between" align="center" gap={12} wrap className="archives-head">
      <p className="quiet">{t("console.pythons.why")}</p>
      {may && (
        <Button type="primary" icon={<UploadOutlined aria-hidden />} onClick={onUpload}>
          {t("console.pythons.upload.label")}
        </Button>
      )}
    </Flex>
  );
}

export function Archives({ cursor, change }: { cursor: string | null; change: Change }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const may = useMay("operator");
  const question = useArchives(cursor);
  const removing = useRemoveArchive();
  const [uploading, setUploading] = useState(false);
  const [installing, setInstalling] = useState<PythonArchive | null>(null);
  const actions = { may, removing, onInstall: setInstalling };
  return (
    <>
      <Tools
        may={may}
        onUpload={() => {
          setUploading(true);
        }}
      />
      {removing.error && <Failure error={removing.error} />}
      <Loaded of={question} outline={<TableOutline />}>
        {({ items, next }) => (
          <>
            {items.length === 0 && <Empty text={t("console.pythons.none")} />}
            {items.length > 0 && (
              <DataTable<PythonArchive>
                label={t("console.nodes.tab.pythons")}
                columns={columnsOf(t, language, actions)}
                rows={items}
                keyOf={(row) => row.id}
                nameOf={(row) => row.name}
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
      {uploading && (
        <UploadDialog
          onClose={() => {
            setUploading(false);
          }}
        />
      )}
      {installing && (
        <InstallDialog
          archive={installing}
          onClose={() => {
            setInstalling(null);
          }}
        />
      )}
    </>
  );
}
