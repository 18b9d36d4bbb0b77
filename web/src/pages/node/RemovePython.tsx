/** Whether a Python that Venvoy installed is to go from a node; what needs it is said. */
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type NodePython, useAskPython } from "../../api/pythons";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { randomKey } from "../create/attempt";

interface Props {
  node: string;
  python: NodePython;
  onClose: () => void;
}

export function RemovePython({ node, python: { version, environments }, onClose }: Props) {
  const { t } = useTranslation();
  const [key] = useState(randomKey);
  const { mutate, isPending, error } = useAskPython("remove");
  const used = environments.length;
  return (
    <Dialog title={t("console.node.python.remove.title", { python: version, node })} onClose={onClose}>
      <div className="dialog-form">
        <p>
          {used > 0
            ? t("console.node.python.remove.used", { count: used })
            : t("console.node.python.remove.why")}
        </p>
        {error && <Failure error={error} />}
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("console.create.cancel")}</Button>
          <Button
            danger
            type="primary"
            loading={isPending}
            disabled={used > 0}
            onClick={() => {
              const wish = { python: `==${version}`, nodes: [node], select: {} };
              mutate({ wish, key }, { onSuccess: onClose });
            }}
          >
            {t("console.node.python.remove.send")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
