/** Going back to a revision: what that means where, and a word on why. */
import { RollbackOutlined } from "@ant-design/icons";
import { Button, Flex, Input } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Environment } from "../../api/environment";
import { ApiError } from "../../api/problem";
import { useRollBack } from "../../api/revisions";
import { useMay } from "../../app/who";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";

interface Props {
  environment: Environment;
  to: number;
}

const LONGEST = 500;

function Form({ environment, to, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  // As it was when somebody decided: who edited it meanwhile is not to be surprised.
  const [decided] = useState(environment);
  const [message, setMessage] = useState("");
  const back = useRollBack(decided);
  const field = useId();
  const admin = useMay("admin");
  const blocked = back.error instanceof ApiError && back.error.problem?.code === "release-blocked";
  const go = (force: boolean) => {
    if (back.isPending) return;
    back.mutate({ to, message, force }, { onSuccess: onClose });
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    go(false);
  };
  return (
    <Flex component="form" vertical gap={16} onSubmit={submit}>
      <ul className="consequences">
        <li>{t("console.detail.rollback.nodes", { count: decided.replicas.length })}</li>
        <li>{t("console.detail.rollback.held")}</li>
        <li>{t("console.detail.rollback.running")}</li>
        {decided.state === "resolving" && <li>{t("console.detail.rollback.resolving")}</li>}
      </ul>
      <Flex vertical gap={4}>
        <label htmlFor={field}>{t("console.detail.rollback.message")}</label>
        <Input
          id={field}
          value={message}
          maxLength={LONGEST}
          autoFocus
          onChange={({ target }) => {
            setMessage(target.value);
          }}
        />
      </Flex>
      {back.isError && <Failure error={back.error} />}
      <Flex gap={8} justify="end">
        <Button onClick={onClose}>{t("console.detail.rollback.stay")}</Button>
        {blocked && admin && (
          <Button
            danger
            onClick={() => {
              go(true);
            }}
          >
            {t("console.rollback.force")}
          </Button>
        )}
        <Button type="primary" htmlType="submit" loading={back.isPending}>
          {t("console.detail.rollback.label")}
        </Button>
      </Flex>
    </Flex>
  );
}

export function RollbackButton({ environment, to }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        type="text"
        size="small"
        icon={<RollbackOutlined aria-hidden />}
        aria-label={t("console.detail.rollback.to", { revision: to })}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("console.detail.rollback.label")}
      </Button>
      {open && (
        <Dialog
          title={t("console.detail.rollback.title", { name: environment.name, revision: to })}
          onClose={close}
        >
          <Form environment={environment} to={to} onClose={close} />
        </Dialog>
      )}
    </>
  );
}
