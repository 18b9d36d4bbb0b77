/** An environment's state over all its nodes, and the one thing to know about it. */
import { Progress } from "antd";
import { useTranslation } from "react-i18next";

import { causeWords } from "../api/cause";
import type { EnvironmentItem } from "../api/environments";
import { share } from "../app/figures";
import { Prose } from "./Prose";
import { StateTag } from "./StateTag";

function Moving({ environment }: { environment: EnvironmentItem }) {
  const { t } = useTranslation();
  if (!environment.progress?.packages_total) return null;
  const { packages_done: done, packages_total: total } = environment.progress;
  const packages = { done, total };
  return (
    <>
      <Progress
        percent={share(packages.done, packages.total)}
        size={["100%", 4]}
        showInfo={false}
        status="normal"
        aria-label={t("console.progress", { node: environment.name })}
        style={{ maxWidth: 220, display: "block", lineHeight: 1 }}
      />
      <div className="quiet cut">{t("console.packages-done", packages)}</div>
    </>
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

export function Summary({ environment }: { environment: EnvironmentItem }) {
  return (
    <>
      <StateTag state={environment.state} />
      {environment.state === "rolling" ? (
        <Moving environment={environment} />
      ) : (
        <Why environment={environment} />
      )}
    </>
  );
}
