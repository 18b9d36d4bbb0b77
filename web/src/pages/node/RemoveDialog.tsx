/** Taking a node out of the fleet: with its data or without, its name typed so that it is meant. */
import { Button, Flex, Input, Radio } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { type Node, useRemoveNode } from "../../api/nodes";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Prose } from "../../components/Prose";
import { useLeave } from "../../components/Word";

interface Props {
  node: Node;
  onClose: () => void;
}

function Consequences({ node: { replicas, state } }: { node: Node }) {
  const { t } = useTranslation();
  const count = Object.values(replicas).reduce((sum, each) => sum + each, 0);
  return (
    <ul className="consequences">
      <li>{t("console.node.remove.environments", { count })}</li>
      <li>{t("console.node.remove.void")}</li>
      {state === "offline" && <li>{t("console.node.remove.offline")}</li>}
    </ul>
  );
}

function Form({ node, onClose }: Props) {
  const { t } = useTranslation();
  const { name } = node;
  const [keep, setKeep] = useState(false);
  const [typed, setTyped] = useState("");
  const remove = useRemoveNode(name);
  const leave = useLeave();
  const field = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed !== name || remove.isPending) return;
    remove.mutate(keep, {
      onSuccess: () => {
        leave("/nodes", "console.node.remove.done", { name });
      },
    });
  };
  return (
    <form className="dialog-form" onSubmit={submit}>
      <Consequences node={node} />
      <Radio.Group
        aria-label={t("console.node.remove.data")}
        value={keep}
        onChange={({ target }) => {
          setKeep(target.value === true);
        }}
      >
        <Flex vertical gap={4}>
          <Radio value={false}>{t("console.node.remove.delete-data")}</Radio>
          <Radio value>{t("console.node.remove.keep-data")}</Radio>
        </Flex>
      </Radio.Group>
      <Flex vertical gap={4}>
        <label htmlFor={field}>
          <Prose text={t("console.detail.delete.type", { name })} />
        </label>
        <Input
          id={field}
          value={typed}
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => {
            setTyped(target.value);
          }}
        />
      </Flex>
      {remove.isError && <Failure error={remove.error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.node.remove.keep")}</Button>
        <Button
          danger
          type="primary"
          htmlType="submit"
          loading={remove.isPending}
          disabled={typed !== name}
        >
          {t("console.node.remove.label")}
        </Button>
      </div>
    </form>
  );
}

export function RemoveDialog({ node, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("console.node.remove.title", { name: node.name })} onClose={onClose}>
      <Form node={node} onClose={onClose} />
    </Dialog>
  );
}
