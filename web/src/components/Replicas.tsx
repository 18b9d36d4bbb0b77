/** An environment on its nodes: state, progress, where it stands, and why it failed. */
import { Alert, Flex, Progress, Typography } from "antd";
import { useTranslation } from "react-i18next";

import type { Replica } from "../api/environments";
import { bytes, share } from "../app/figures";
import { usePreferences } from "../app/preferences";
import { StateTag } from "./StateTag";

const MOVING = new Set(["fetching", "building", "checking", "switching"]);

function Moving({ replica }: { replica: Replica }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const done = replica.progress;
  if (!MOVING.has(replica.state) || !done || done.packages_total === 0) return null;
  return (
    <Flex vertical style={{ minWidth: 220 }}>
      <Progress
        percent={share(done.packages_done, done.packages_total)}
        size="small"
        status="active"
        aria-label={t("console.progress", { node: replica.node })}
      />
      <Typography.Text type="secondary">
        {t("console.figures", {
          done: done.packages_done,
          total: done.packages_total,
          bytes: bytes(done.bytes_done, language),
          size: bytes(done.bytes_total, language),
        })}
      </Typography.Text>
    </Flex>
  );
}

function Why({ replica }: { replica: Replica }) {
  const { t, i18n } = useTranslation();
  const { cause } = replica;
  if (!cause) return null;
  const say = (part: "message" | "remedy") => {
    const key = `causes.${cause.code}.${part}`;
    return i18n.exists(key) ? t(key, { ...cause.params }) : cause[part];
  };
  return (
    <Alert
      type="error"
      showIcon
      title={say("message")}
      description={
        <Flex vertical gap={8}>
          <span>{say("remedy")}</span>
          {cause.evidence && cause.evidence.length > 0 && (
            <pre style={{ margin: 0, whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
              {cause.evidence.join("\n")}
            </pre>
          )}
        </Flex>
      }
    />
  );
}

export function Replicas({ replicas }: { replicas: Replica[] }) {
  const { t } = useTranslation();
  if (replicas.length === 0) return <Typography.Text>{t("console.no-replicas")}</Typography.Text>;
  return (
    <Flex vertical gap={16} component="ul" style={{ listStyle: "none", margin: 0, padding: 0 }}>
      {replicas.map((replica) => (
        <Flex key={replica.node} vertical gap={8} component="li">
          <Flex gap={24} wrap align="center">
            <Typography.Text strong>{replica.node}</Typography.Text>
            <StateTag state={replica.state} />
            {replica.node_state === "offline" && <StateTag state="offline" />}
            {replica.python_version && <span>Python {replica.python_version}</span>}
            {replica.path && <Typography.Text copyable>{replica.path}</Typography.Text>}
            <Moving replica={replica} />
          </Flex>
          <Why replica={replica} />
        </Flex>
      ))}
    </Flex>
  );
}
