/** An environment's state over all its nodes, and the one thing to know about it. */
import { Progress } from "antd";
import { useTranslation } from "react-i18next";

import { causeWords } from "../api/cause";
import type { EnvironmentItem } from "../api/environments";
import type { RolloutBrief } from "../api/rollouts";
import { share } from "../app/figures";
import { useNow } from "../app/now";
import { reasonWords } from "../app/rollout";
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

/** Where its rollout stands. */
function Standing({ rollout }: { rollout: RolloutBrief }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { revision } = rollout;
  const said = t("console.rollout.at", { revision, reason: reasonWords(rollout, now, i18n) });
  return (
    <div className="quiet cut" title={said}>
      {said}
    </div>
  );
}

function Below({ environment }: { environment: EnvironmentItem }) {
  const { state, rollout, progress } = environment;
  if (rollout && state !== "resolving" && !progress) return <Standing rollout={rollout} />;
  return state === "rolling" ? <Bar environment={environment} /> : <Why environment={environment} />;
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
      <Below environment={environment} />
    </div>
  );
}
