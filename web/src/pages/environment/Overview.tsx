/** What the environment should be, and what it is on each of its nodes. */
import { Flex } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Environment } from "../../api/environment";
import { useAskOperation, useOperation } from "../../api/operations";
import { pythonShown } from "../../app/figures";
import { CauseCard } from "../../components/CauseCard";
import { Failure } from "../../components/Failure";
import { Moment } from "../../components/Moment";
import { OperationButtons } from "../../components/OperationButtons";
import { upkeepOf } from "../create/upkeep";
import { Nodes } from "./Nodes";
import { Placement } from "./Placement";
import { StillOnNote } from "./StillOn";
import type { Wish } from "./tabs";

/** A change that could not be resolved left everything as it was; that must not go unseen. */
function Unresolved({ environment: { name, operation } }: { environment: Environment }) {
  const { t } = useTranslation();
  const { data } = useOperation(operation);
  const ask = useAskOperation();
  if (data?.state !== "failed" || !data.cause) return null;
  const place = { environment: name, node: null, operation: data.id };
  return (
    <section className="stack">
      <h2>{t("console.detail.unresolved.title")}</h2>
      <p>{t("console.detail.unresolved.text")}</p>
      <CauseCard cause={data.cause} place={place} withLog={false} />
      <Flex gap="8px 16px" align="center" wrap>
        <OperationButtons operation={data} newest ask={ask} />
        <Link to={`/operations/${data.id}`}>{t("console.detail.unresolved.operation")}</Link>
      </Flex>
      {ask.error && <Failure error={ask.error} />}
    </section>
  );
}

function Labels({ labels }: { labels: Record<string, string> }) {
  return (
    <ul className="labels">
      {Object.entries(labels).map(([key, value]) => (
        <li key={key}>
          <code>{value ? `${key}=${value}` : key}</code>
        </li>
      ))}
    </ul>
  );
}

function Facts({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  const { owner, python, platforms, labels, revision, policy } = environment;
  const packages = environment.package_count;
  const { sync, cron, lasts, zone } = upkeepOf(policy);
  const window = [cron, lasts, zone].join(" · ");
  return (
    <section className="panel">
      <h2>{t("console.detail.about")}</h2>
      {environment.description && <p className="description">{environment.description}</p>}
      <dl className="facts">
        <Fact name="python">{python ? pythonShown(python) : t("console.detail.undecided")}</Fact>
        <Fact name="platforms">{platforms.join(", ") || t("console.detail.all-platforms")}</Fact>
        <Fact name="revision">{revision ?? t("console.detail.undecided")}</Fact>
        <Fact name="packages">{revision === null ? t("console.detail.undecided") : packages}</Fact>
        {Object.keys(labels).length > 0 && (
          <Fact name="labels">
            <Labels labels={labels} />
          </Fact>
        )}
        {typeof policy?.keep === "number" && <Fact name="keep">{policy.keep}</Fact>}
        {policy?.checks?.length ? <Fact name="checks">{policy.checks.join(", ")}</Fact> : null}
        {policy?.check_command && <Fact name="check-command">{policy.check_command}</Fact>}
        {typeof policy?.grace === "number" && <Fact name="grace">{policy.grace}</Fact>}
        {sync !== "auto" && (
          <Fact name="sync">
            {sync === "manual" ? t("console.goes-out.sync-is.manual") : <code>{window}</code>}
          </Fact>
        )}
        {policy?.waves?.length ? <Fact name="waves">{policy.waves.join(", ")}</Fact> : null}
        {policy?.failures && <Fact name="failures">{policy.failures}</Fact>}
        {policy?.after_units?.length ? (
          <Fact name="after-units">{policy.after_units.join(", ")}</Fact>
        ) : null}
        {policy?.after_command && <Fact name="after-command">{policy.after_command}</Fact>}
        {policy?.after_webhook && <Fact name="after-webhook">{policy.after_webhook}</Fact>}
        {owner && <Fact name="owner">{owner}</Fact>}
        <Fact name="created">
          <Moment at={environment.created_at} />
        </Fact>
        <Fact name="updated">
          <Moment at={environment.updated_at} />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <dt className="quiet">{t(`console.detail.fact.${name}`)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Requirements({ lines }: { lines: string[] }) {
  const { t } = useTranslation();
  return (
    <section className="panel">
      <h2>{t("console.detail.requirements")}</h2>
      {lines.length > 0 ? (
        <pre className="lines" tabIndex={0}>
          {lines.join("\n")}
        </pre>
      ) : (
        <span className="quiet">{t("console.detail.no-requirements")}</span>
      )}
    </section>
  );
}

export function Overview({ environment, ...wish }: { environment: Environment } & Wish) {
  return (
    <div className="stack">
      <Unresolved environment={environment} />
      <StillOnNote name={environment.name} />
      <Nodes replicas={environment.replicas} {...wish} />
      <div className="side-by-side">
        <Facts environment={environment} />
        <Placement name={environment.name} />
        <Requirements lines={environment.requirements} />
      </div>
    </div>
  );
}
