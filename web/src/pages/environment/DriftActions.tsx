/** What is done about drift: reading every file now, and building anew after a question. */
import { FileSearchOutlined, ToolOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useHeal, useVerify } from "../../api/drift";
import type { Operation } from "../../api/operations";
import { useMay } from "../../app/who";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";

interface Props {
  name: string;
  /** That differ. */
  nodes: readonly string[];
}

const NAMED = 5;

function Question({ name, nodes, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const heal = useHeal(name);
  return (
    <Flex vertical gap={16}>
      <p>{t("console.drift.heal-what")}</p>
      {heal.isError && <Failure error={heal.error} />}
      <Flex gap={8} justify="end">
        <Button autoFocus onClick={onClose}>
          {t("console.drift.leave")}
        </Button>
        <Button
          type="primary"
          loading={heal.isPending}
          onClick={() => {
            heal.mutate(nodes, { onSuccess: onClose });
          }}
        >
          {t("console.drift.heal")}
        </Button>
      </Flex>
    </Flex>
  );
}

/** Heals one node, or all that differ. */
export function HealButton({ name, nodes }: Props) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<readonly string[] | null>(null);
  const close = () => {
    setAsked(null);
  };
  if (!useMay("operator") || nodes.length === 0) return null;
  const [only] = nodes;
  const alone = nodes.length === 1;
  const more = (asked?.length ?? 0) - NAMED;
  const shown = asked?.slice(0, NAMED).join(", ") ?? "";
  return (
    <>
      <Button
        icon={<ToolOutlined aria-hidden />}
        aria-label={alone ? t("console.drift.heal-of", { node: only }) : undefined}
        onClick={() => {
          setAsked(nodes);
        }}
      >
        {t(alone ? "console.drift.heal" : "console.drift.heal-all")}
      </Button>
      {asked && (
        <Dialog
          title={t(more > 0 ? "console.drift.heal-sure-more" : "console.drift.heal-sure", {
            name,
            nodes: shown,
            count: more,
          })}
          onClose={close}
        >
          <Question name={name} nodes={asked} onClose={close} />
        </Dialog>
      )}
    </>
  );
}

function Followed({ operations }: { operations: readonly Operation[] }) {
  const { t } = useTranslation();
  return (
    <Flex gap="4px 16px" wrap role="status">
      <span>{t("console.drift.verifying", { count: operations.length })}</span>
      {operations.slice(0, NAMED).map(({ id, node }) => (
        <Link key={id} to={`/operations/${id}`}>
          {t("console.drift.follow", { node })}
        </Link>
      ))}
    </Flex>
  );
}

/** Has every file read on all nodes. */
export function Verify({ name }: { name: string }) {
  const { t } = useTranslation();
  const { mutate, isPending, isError, error, data } = useVerify(name);
  if (!useMay("operator")) return null;
  return (
    <Flex vertical gap={8}>
      <Flex gap="8px 16px" align="center" wrap>
        <Button
          icon={<FileSearchOutlined aria-hidden />}
          loading={isPending}
          onClick={() => {
            mutate();
          }}
        >
          {t("console.drift.verify")}
        </Button>
        <span className="quiet">{t("console.drift.verify-what")}</span>
      </Flex>
      {isError && <Failure error={error} />}
      {data && <Followed operations={data.items} />}
    </Flex>
  );
}
