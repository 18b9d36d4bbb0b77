/** The line to run on a machine that is to join, by what it is and has. */
import { Alert, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { NodeToken } from "../../api/nodeTokens";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { CopyButton } from "../../components/CopyButton";
import { Prose } from "../../components/Prose";
import { Until } from "./Until";

type Way = "linux" | "windows" | "there";

/** The ways that the controller offers, each with its line. */
export function linesOf(token: NodeToken): [Way, string][] {
  const { install_linux: linux, install_windows: windows, command } = token;
  const lines: [Way, string | null | undefined][] = [
    ["linux", linux],
    ["windows", windows],
    ["there", command],
  ];
  return lines.filter((line): line is [Way, string] => Boolean(line[1]));
}

function Only({ token }: { token: NodeToken }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!token.local_only) return null;
  const addresses = listed(token.addresses ?? [], language);
  return (
    <Alert
      type="warning"
      showIcon
      title={<Prose text={t("console.nodes.add.local-only", { addresses })} />}
    />
  );
}

export function JoinLines({ token }: { token: NodeToken }) {
  const { t } = useTranslation();
  const lines = linesOf(token);
  const [way, setWay] = useState(lines[0]?.[0] ?? "there");
  const line = lines.find(([each]) => each === way)?.[1] ?? "";
  if (!line) return <Alert type="warning" showIcon title={t("console.nodes.add.lost")} />;
  return (
    <>
      <Only token={token} />
      {lines.length > 1 && (
        <Radio.Group
          aria-label={t("console.nodes.add.machine")}
          optionType="button"
          value={way}
          onChange={({ target }) => {
            setWay(target.value as Way);
          }}
          options={lines.map(([each]) => ({
            value: each,
            label: t(`console.nodes.add.way.${each}`),
          }))}
        />
      )}
      <p>
        <Prose text={t(`console.nodes.add.how.${way}`)} />
      </p>
      <div className="add-command">
        <code>{line}</code>
        <span className="add-copy">
          <CopyButton label={t("console.nodes.add.copy")} text={() => line} />
        </span>
      </div>
      <p className="quiet">
        {t("console.nodes.add.once")} {t("console.nodes.token.until")}: <Until at={token.expires_at} />
      </p>
    </>
  );
}
