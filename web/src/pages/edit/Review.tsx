/** The step between an edit and its making: the plan, a word on it, and the button. */
import { Alert, Button, Input, Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { useApplyPlan } from "../../api/editing";
import type { Environment } from "../../api/environment";
import { type Plan, usePlan } from "../../api/plans";
import { ApiError, codeOf } from "../../api/problem";
import { Failure } from "../../components/Failure";
import { Field } from "../create/Field";
import { PlanView } from "./PlanView";

const MESSAGE_LIMIT = 500;
const STALE: ReadonlySet<string | null> = new Set(["plan-stale", "stale-version"]);

interface Props {
  now: Environment;
  planId: string;
  onApplied: () => void;
  /** Back to the form; with the plan, where that is known. */
  onBack: (plan: Plan | null) => void;
  /** Plans anew with newer versions; null while that is under way. */
  onUpgrade: ((plan: Plan, packages: string[]) => void) | null;
}

/** Another has changed it, or the nodes are not what they were: a new plan is needed. */
function Stale({ error, onBack }: { error: Error | null; onBack: () => void }) {
  const { t } = useTranslation();
  const params = error instanceof ApiError ? error.problem?.params : undefined;
  const by = Array.isArray(params?.by) ? params.by.map(String) : [];
  const changed = Array.isArray(params?.changed) ? params.changed.map(String) : [];
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      title={
        by.length > 0
          ? t("console.edit.stale-by", { by: by.join(", ") })
          : t("console.edit.stale")
      }
      description={
        changed.length > 0 && (
          <ul className="diff">
            {changed.map((line, index) => (
              <li key={index} className="diff-line">
                <code>{line}</code>
              </li>
            ))}
          </ul>
        )
      }
      action={<Button onClick={onBack}>{t("console.edit.again")}</Button>}
    />
  );
}

function useHeading() {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
  }, []);
  return heading;
}

export function Review({ now, planId, onApplied, onBack, onUpgrade }: Props) {
  const { t } = useTranslation();
  const plan = usePlan(now.name, planId);
  const apply = useApplyPlan(now.name);
  const [message, setMessage] = useState("");
  const heading = useHeading();
  const { data } = plan;
  const refused = STALE.has(codeOf(apply.error));
  // What one's own making of it changes is no news.
  const idle = !apply.isPending && !apply.isSuccess;
  const stale = refused || (data !== undefined && idle && data.base_version !== now.version);
  const lost = apply.error instanceof ApiError && apply.error.status === 401;
  const nothing = data && !data.revises && data.changed.length === 0;
  return (
    <>
      <h2 ref={heading} tabIndex={-1} className="step-title">
        {t("console.plan.title")}
        <span className="quiet"> {t("console.plan.untouched")}</span>
      </h2>
      {plan.error && <Failure error={plan.error} />}
      {plan.isPending && !plan.error && <Skeleton active paragraph={{ rows: 8 }} />}
      {stale && (
        <Stale
          error={refused ? apply.error : null}
          onBack={() => {
            onBack(data ?? null);
          }}
        />
      )}
      {data && (
        <PlanView
          plan={data}
          onUpgrade={
            data.source || !onUpgrade
              ? null
              : (packages) => {
                  onUpgrade(data, packages);
                }
          }
        />
      )}
      <form
        className="panel review-foot"
        onSubmit={(event) => {
          event.preventDefault();
          if (!data || stale || nothing || apply.isPending) return;
          const edit = { plan: data.id, version: data.base_version, message: message.trim() };
          apply.mutate(edit, { onSuccess: onApplied });
        }}
      >
        {apply.error && !refused && !lost && <Failure error={apply.error} />}
        {data && !nothing && (
          <Field label={t("console.plan.message")} hint={t("console.plan.message-hint")}>
            {(named) => (
              <Input
                {...named}
                value={message}
                maxLength={MESSAGE_LIMIT}
                onChange={({ target }) => {
                  setMessage(target.value);
                }}
              />
            )}
          </Field>
        )}
        <div className="form-foot">
          {data && !nothing && (
            <Button type="primary" htmlType="submit" loading={apply.isPending} disabled={stale}>
              {t(apply.isPending ? "console.plan.applying" : "console.plan.apply")}
            </Button>
          )}
          <Button
            disabled={apply.isPending}
            onClick={() => {
              onBack(data ?? null);
            }}
          >
            {t("console.plan.back")}
          </Button>
        </div>
      </form>
    </>
  );
}
