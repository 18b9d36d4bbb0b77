/** How the environment is used on a node, each way ready to be copied. */
import { Flex, Select, Typography } from "antd";
import { useTranslation } from "react-i18next";

import type { Environment } from "../../api/environment";
import type { Replica } from "../../api/environments";
import { Empty } from "../../components/Empty";
import { Prose } from "../../components/Prose";
import type { Wish } from "./tabs";
import { type Usage, usagesOf } from "./usage";

interface Installed extends Replica {
  path: string;
}

function isInstalled(replica: Replica): replica is Installed {
  return Boolean(replica.path);
}

function Way({ usage: { way, system, command } }: { usage: Usage }) {
  const { t } = useTranslation();
  const named = way === "schedule" || way === "shell" ? `${way}-${system}` : way;
  const title = t(`console.detail.use.${named}.title`);
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <p>
        <Prose text={t(`console.detail.use.${named}.text`)} />
      </p>
      <Typography.Paragraph
        className="command"
        copyable={{ text: command, tooltips: [t("console.detail.use.copy"), t("console.copied")] }}
      >
        <pre tabIndex={0}>{command}</pre>
      </Typography.Paragraph>
    </section>
  );
}

export function Use({ environment, params, change }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const installed = environment.replicas.filter(isInstalled);
  const given = params.get("node");
  const chosen = installed.find(({ node }) => node === given) ?? installed[0];
  if (!chosen) return <Empty text={t("console.detail.use.not-yet")} />;
  return (
    <div className="stack">
      <Flex gap="8px 12px" align="center" wrap>
        {installed.length > 1 && (
          <Select
            showSearch
            aria-label={t("console.detail.column.node")}
            value={chosen.node}
            style={{ minWidth: 200 }}
            onChange={(node) => {
              change({ node }, { replace: true });
            }}
            options={installed.map(({ node }) => ({ value: node, label: node }))}
          />
        )}
        <span>
          <Prose text={t("console.detail.use.where", { node: chosen.node })} />
        </span>
      </Flex>
      {usagesOf({ name: environment.name, path: chosen.path }).map((usage) => (
        <Way key={usage.way} usage={usage} />
      ))}
    </div>
  );
}
