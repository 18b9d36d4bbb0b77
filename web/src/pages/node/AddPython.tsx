/** A Python for this node, from what the catalogue has for its platform. */
import { Button, Flex, Radio, Skeleton } from "antd";
import { type SyntheticEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Node } from "../../api/nodes";
import { type PythonArchive, useArchivesFor, useAskPython } from "../../api/pythons";
import { Dialog } from "../../components/Dialog";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { type Attempt, attemptFor, randomKey } from "../create/attempt";

interface Props {
  node: Node;
  onClose: () => void;
}

function Choice({ node, archives, onClose }: Props & { archives: readonly PythonArchive[] }) {
  const { t } = useTranslation();
  const [python, setPython] = useState(archives[0]?.version ?? "");
  const attempt = useRef<Attempt | null>(null);
  const { mutate, isPending, error } = useAskPython("install");
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isPending) return;
    const wish = { python, nodes: [node.name], select: {} };
    attempt.current = attemptFor(JSON.stringify(wish), attempt.current, randomKey);
    mutate({ wish, key: attempt.current.key }, { onSuccess: onClose });
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <Radio.Group
        aria-label={t("console.node.python.version")}
        value={python}
        onChange={({ target }) => {
          setPython(String(target.value));
        }}
      >
        <Flex vertical gap={4}>
          {[...new Set(archives.map(({ version }) => version))].map((version) => (
            <Radio key={version} value={version}>
              {version}
            </Radio>
          ))}
        </Flex>
      </Radio.Group>
      {error && <Failure error={error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.create.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={isPending}>
          {t("console.node.python.add.send")}
        </Button>
      </div>
    </form>
  );
}

export function AddPython({ node, onClose }: Props) {
  const { t } = useTranslation();
  const question = useArchivesFor(node.platform ?? null);
  return (
    <Dialog title={t("console.node.python.add.title", { node: node.name })} onClose={onClose}>
      <Loaded of={question} outline={<Skeleton active title={false} />}>
        {(archives) =>
          archives.length === 0 ? (
            <Empty text={t("console.node.python.add.none")}>
              <Link to="/nodes?tab=pythons">{t("console.node.python.add.catalogue")}</Link>
            </Empty>
          ) : (
            <Choice node={node} archives={archives} onClose={onClose} />
          )
        }
      </Loaded>
    </Dialog>
  );
}
