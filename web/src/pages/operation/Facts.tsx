/** What is known of an operation; every fact has its place from the start, so nothing jumps. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { durationOf, isOpen, type Operation } from "../../api/operations";
import { duration } from "../../app/figures";
import { useNow } from "../../app/now";
import { usePreferences } from "../../app/preferences";
import { Moment } from "../../components/Moment";
import { StateTag } from "../../components/StateTag";

const NOTHING = "–";
const SECOND = 1_000;

/** How long it took, or takes. */
export function Duration({ operation }: { operation: Operation }) {
  const { language } = usePreferences();
  const now = useNow(isOpen(operation) ? SECOND : null);
  const took = durationOf(operation, now);
  return took === null ? NOTHING : duration(took, language);
}

function Step({ operation: { step } }: { operation: Operation }) {
  const { t } = useTranslation();
  return step ? t(`steps.${step}`, { defaultValue: step }) : NOTHING;
}

function At({ at }: { at: string | null | undefined }) {
  return at ? <Moment at={at} /> : NOTHING;
}

export function Facts({ operation }: { operation: Operation }) {
  const { t } = useTranslation();
  const { state, environment, node, revision, attempt, requested_by: by } = operation;
  const facts: [string, ReactNode][] = [
    ["state", <StateTag key="state" state={state} />],
    ["duration", <Duration key="duration" operation={operation} />],
    [isOpen(operation) ? "step" : "last-step", <Step key="step" operation={operation} />],
    ["attempt", attempt],
    [
      "environment",
      environment ? (
        <Link to={`/environments/${encodeURIComponent(environment)}`}>{environment}</Link>
      ) : (
        NOTHING
      ),
    ],
    ["revision", revision ?? NOTHING],
    [
      "node",
      node ? (
        <Link to={`/nodes/${encodeURIComponent(node)}`}>{node}</Link>
      ) : (
        t("console.operation.controller")
      ),
    ],
    ["by", by ?? "Venvoy"],
    ["asked", <At key="asked" at={operation.created_at} />],
    ["started", <At key="started" at={operation.started_at} />],
    ["ended", <At key="ended" at={operation.ended_at} />],
  ];
  return (
    <dl className="panel operation-facts">
      {facts.map(([key, shown]) => (
        <div key={key}>
          <dt className="quiet">{t(`console.operation.fact.${key}`)}</dt>
          <dd>{shown}</dd>
        </div>
      ))}
    </dl>
  );
}
