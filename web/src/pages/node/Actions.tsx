/** What can be done with a node: operators edit and cordon it, administrators remove it. */
import { DeleteOutlined, EditOutlined, PlayCircleOutlined, StopOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type Node, useEditNode } from "../../api/nodes";
import { useMay } from "../../app/who";
import { Failure } from "../../components/Failure";
import { EditDialog } from "./EditDialog";
import { RemoveDialog } from "./RemoveDialog";

const LOCAL = "local";

function Cordon({ node }: { node: Node }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useEditNode(node);
  const { cordoned } = node;
  return (
    <>
      <Button
        icon={cordoned ? <PlayCircleOutlined aria-hidden /> : <StopOutlined aria-hidden />}
        title={t(cordoned ? "console.node.uncordon-why" : "console.node.cordon-why")}
        loading={isPending}
        onClick={() => {
          mutate({ cordoned: !cordoned });
        }}
      >
        {t(cordoned ? "console.node.uncordon" : "console.node.cordon")}
      </Button>
      {error && (
        <div className="whole-line">
          <Failure error={error} />
        </div>
      )}
    </>
  );
}

export function Actions({ node }: { node: Node }) {
  const { t } = useTranslation();
  const [operator, admin] = [useMay("operator"), useMay("admin")];
  const [open, setOpen] = useState<"edit" | "remove" | null>(null);
  const close = () => {
    setOpen(null);
  };
  if (!operator) return null;
  return (
    <Flex gap={8} wrap>
      <Button
        type="primary"
        icon={<EditOutlined aria-hidden />}
        onClick={() => {
          setOpen("edit");
        }}
      >
        {t("console.node.edit.label")}
      </Button>
      <Cordon node={node} />
      {admin && node.name !== LOCAL && (
        <Button
          danger
          icon={<DeleteOutlined aria-hidden />}
          onClick={() => {
            setOpen("remove");
          }}
        >
          {t("console.node.remove.label")}
        </Button>
      )}
      {open === "edit" && <EditDialog node={node} onClose={close} />}
      {open === "remove" && <RemoveDialog node={node} onClose={close} />}
    </Flex>
  );
}
