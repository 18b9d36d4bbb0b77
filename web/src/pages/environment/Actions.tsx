/** What can be done with an environment; who may only look sees what can be taken away. */
import { ArrowUpOutlined, DeleteOutlined, DownloadOutlined, EditOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type Environment, exportOf, FORMATS } from "../../api/environment";
import { useMay } from "../../app/who";
import { LinkButton } from "../../components/LinkButton";
import { MenuButton } from "../../components/MenuButton";
import { AskAll } from "./AskAll";
import { DeleteDialog } from "./DeleteDialog";

interface ExportProps {
  name: string;
  revision: number;
  small?: boolean;
}

export function ExportButton({ name, revision, small = false }: ExportProps) {
  const { t } = useTranslation();
  return (
    <MenuButton
      type={small ? "text" : "default"}
      size={small ? "small" : "middle"}
      icon={<DownloadOutlined aria-hidden />}
      items={FORMATS.map((format) => {
        const { href, file } = exportOf(name, format, revision);
        return {
          key: format,
          label: (
            <a href={href} download={file}>
              {t(`console.detail.export.${format}`)}
            </a>
          ),
        };
      })}
    >
      {t("console.detail.export.label")}
    </MenuButton>
  );
}

/** The ways to change what it should be. */
function Changes({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  const { name, revision } = environment;
  const edit = `/environments/${name}/edit`;
  return (
    <>
      <AskAll environment={environment} />
      {revision !== null && (
        <>
          <LinkButton to={edit} type="primary" icon={<EditOutlined aria-hidden />}>
            {t("console.detail.edit")}
          </LinkButton>
          <LinkButton to={`${edit}?upgrade=all`} icon={<ArrowUpOutlined aria-hidden />}>
            {t("console.detail.upgrade")}
          </LinkButton>
        </>
      )}
    </>
  );
}

function DeleteButton({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        danger
        icon={<DeleteOutlined aria-hidden />}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("console.detail.delete.label")}
      </Button>
      <DeleteDialog
        environment={environment}
        open={open}
        onClose={() => {
          setOpen(false);
        }}
      />
    </>
  );
}

export function Actions({ environment }: { environment: Environment }) {
  const may = useMay("operator");
  const { name, revision } = environment;
  return (
    <Flex gap={8} wrap>
      {may && <Changes environment={environment} />}
      {revision !== null && <ExportButton name={name} revision={revision} />}
      {may && <DeleteButton environment={environment} />}
    </Flex>
  );
}
