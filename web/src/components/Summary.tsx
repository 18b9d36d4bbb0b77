/** An environment's state over all its nodes, and the one thing to know about it. */
import { Progress } from "antd";
import { useTranslation } from "react-i18next";

import { causeWords } from "../api/cause";
import type { EnvironmentItem } from "../api/environments";
import { share } from "../app/figures";
import { Prose } from "./Prose";
import { StateTag } from "./StateTag";

/** Beside the state, in figures. */
function Done({ environment }: { environment: EnvironmentItem }) {
  const { t } = useTranslation();
  if (!environment.progress?.packages_total) return null;
  const { packages_done: done, packages_total: total } = environment.progress;
  return <span className="quiet cut">{t("console.packages-done", { done, total })}</span>;
}

/** Below it, as a bar. */
function Bar({ environment }: { environment: EnvironmentItem }) {
  const { t } = useTranslation();
  if (!environment.progress?.packages_total) return null;
  const { packages_done: done, packages_total: total } = environment.progress;
  return (
    <Progress
      percent={share(done, total)}
      size={["100%", 4]}
      showInfo={false}
      status="normal"
      aria-label={t("console.progress", { node: environment.name })}
      style={{ maxWidth: 220, lineHeight: "22px" }}
    />
  );
}

function Why({ environment }: { environment: EnvironmentItem }) {
  const { i18n } = useTranslation();
  if (!environment.cause) return null;
  const { message } = causeWords(environment.cause, i18n);
  const { node, cause_node: its } = environment;
  // Of several nodes the one is named whose failure this is.
  const whose = its && !node ? `${its} · ` : "";
  return (
    <div className="quiet cut" title={whose + message.replaceAll("`", "")}>
      {whose}
      <Prose text={message} />
    </div>
  );
}

/** As tall whatever it says, so that a row that begins to move does not push the others. */
export function Summary({ environment }: { environment: EnvironmentItem }) {
  const rolling = environment.state === "rolling";
  return (
    <div className="summary">
      <div className="summary-state">
        <StateTag state={environment.state} />
        {rolling && <Done environment={environment} />}
      </div>
      {rolling ? <Bar environment={environment} /> : <Why environment={environment} />}
    </div>
  );
}
