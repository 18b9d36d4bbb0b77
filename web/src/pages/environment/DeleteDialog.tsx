/** Deleting an environment: what happens where, and its name typed so that it is meant. */
import { Button, Checkbox, Flex, Input } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { type Environment, useDelete } from "../../api/environment";
import { nodesOf, type Running, useProcesses } from "../../api/processes";
import { ApiError } from "../../api/problem";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Prose } from "../../components/Prose";
import { useLeave } from "../../components/Word";

interface Props {
  environment: Environment;
  onClose: () => void;
}

interface ConsequencesProps {
  environment: Environment;
  running: Running | undefined;
}

function Consequences({ environment: { name, replicas }, running }: ConsequencesProps) {
  const { t } = useTranslation();
  const away = replicas.filter(({ node_state }) => node_state === "offline").length;
  return (
    <ul className="consequences">
      <li>{t("console.detail.delete.nodes", { count: replicas.length })}</li>
      {away > 0 && <li>{t("console.detail.delete.offline", { count: away })}</li>}
      {running && running.total > 0 && (
        <li>
          <strong>
            {t("console.processes.delete.runs", {
              count: running.total,
              nodes: nodesOf(running).join(", "),
            })}
          </strong>
        </li>
      )}
      <li>{t("console.detail.delete.running")}</li>
      <li>
        <Prose text={t("console.detail.delete.history", { name })} />
      </li>
    </ul>
  );
}

function isUsed(error: Error | null): boolean {
  return error instanceof ApiError && error.problem?.code === "environment-in-use";
}

function Form({ environment, onClose }: Props) {
  const { t } = useTranslation();
  // As it was when somebody decided: who edited it meanwhile is not to be surprised.
  const [decided] = useState(environment);
  const { name } = decided;
  const [typed, setTyped] = useState("");
  const [forced, setForced] = useState(false);
  const { data: running } = useProcesses(name);
  const remove = useDelete(decided);
  // What began since the last look is told by the refusal.
  const used = (running?.total ?? 0) > 0 || isUsed(remove.error);
  const ready = typed === name && (forced || !used);
  const leave = useLeave();
  const field = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready || remove.isPending) return;
    remove.mutate(used, {
      onSuccess: () => {
        leave("/environments", "console.detail.delete.done", { name });
      },
    });
  };
  return (
    <Flex component="form" vertical gap={16} onSubmit={submit}>
      <Consequences environment={environment} running={running} />
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
      {used && (
        <Checkbox
          checked={forced}
          onChange={({ target }) => {
            setForced(target.checked);
          }}
        >
          {t("console.processes.delete.force")}
        </Checkbox>
      )}
      {remove.isError && <Failure error={remove.error} />}
      <Flex gap={8} justify="end">
        <Button onClick={onClose}>{t("console.detail.delete.keep")}</Button>
        <Button
          danger
          type="primary"
          htmlType="submit"
          loading={remove.isPending}
          disabled={!ready}
        >
          {t("console.detail.delete.label")}
        </Button>
      </Flex>
    </Flex>
  );
}

export function DeleteDialog({ environment, open, onClose }: Props & { open: boolean }) {
  const { t } = useTranslation();
  if (!open) return null;
  return (
    <Dialog title={t("console.detail.delete.title", { name: environment.name })} onClose={onClose}>
      <Form environment={environment} onClose={onClose} />
    </Dialog>
  );
}
