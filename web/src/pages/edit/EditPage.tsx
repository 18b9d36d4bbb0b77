/**
 * Editing an environment in two steps: a form, and the plan of what it comes to. The
 * address names the plan, so that a reload shows it again and it can be sent to others.
 */
import "../create/create.css";
import "./edit.css";

import { Button, Skeleton } from "antd";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";

import { type Environment, isGone, useEnvironment } from "../../api/environment";
import { type Plan, useMakePlan, useUpgradePlan } from "../../api/plans";
import { type Change, useAddress } from "../../app/address";
import { useMay } from "../../app/who";
import { Loaded } from "../../components/Loaded";
import { OperatorNeeded } from "../../components/OperatorNeeded";
import { Page } from "../../components/Page";
import { changeOf, type Draft, draftOf, draftOfPlan, sameDraft } from "../create/draft";
import { LeaveGuard } from "../create/LeaveGuard";
import { sourceIn } from "../create/source";
import { SubmitFailure } from "../create/SubmitFailure";
import { useForm } from "../create/useForm";
import { Gone } from "../environment/Gone";
import { EditForm } from "./EditForm";
import { formOf, keepForm } from "./kept";
import { Review } from "./Review";
import { useMerging } from "./useMerging";

/** Makes the plan of an upgrade that an address asks for, then shows it. */
function Upgrading({ name, wish, change }: { name: string; wish: string; change: Change }) {
  const { t } = useTranslation();
  const packages = wish === "all" ? [] : wish.split(",").filter(Boolean);
  const { data, error, refetch, isFetching } = useUpgradePlan(name, packages);
  const show = useEffectEvent((plan: string) => {
    change({ plan, upgrade: null }, { replace: true });
  });
  const id = data?.id;
  useEffect(() => {
    if (id) show(id);
  }, [id]);
  return (
    <div className="panel plan">
      {!error && (
        <>
          <p role="status">{t("console.edit.planning-upgrade")}</p>
          <Skeleton active title={false} paragraph={{ rows: 8 }} />
        </>
      )}
      <SubmitFailure error={error} />
      {error && (
        <div className="form-foot">
          <Button loading={isFetching} onClick={() => void refetch()}>
            {t("console.retry")}
          </Button>
          <Link to={`/environments/${name}`}>{t("console.create.cancel")}</Link>
        </div>
      )}
    </div>
  );
}

/** Plans a draft; shows the plan if it began from the version that the form began from. */
function usePlanning(base: Environment, change: Change, onNews: () => void) {
  const making = useMakePlan(base.name);
  const plan = (draft: Draft, upgrade: string[] | null) => {
    const wish = changeOf(base, draft);
    const body = upgrade ? { ...wish, upgrade: { packages: upgrade } } : wish;
    making.mutate(body, {
      onSuccess: (made) => {
        if (made.base_version !== base.version) {
          onNews();
          return;
        }
        keepForm(made.id, { base, draft });
        change({ plan: made.id, upgrade: null });
      },
    });
  };
  return { plan, busy: making.isPending, error: making.error, forget: making.reset };
}

interface EditingProps {
  now: Environment;
  onNews: () => void;
}

function Editing({ now, onNews }: EditingProps) {
  const navigate = useNavigate();
  const [params, change] = useAddress();
  const [planId, upgrade] = [params.get("plan"), params.get("upgrade")];
  const [kept] = useState(() => formOf(planId));
  // A plan that came by its address alone tells what the form was, as far as it can.
  const [foreign, setForeign] = useState(planId !== null && !kept);
  const form = useForm(() => kept?.draft ?? { ...draftOf(now), source: sourceIn(params) });
  const { draft } = form;
  const [done, setDone] = useState(false);
  const left = useRef(false);
  const bases = useMerging(form, kept?.base ?? now, now, done);
  const { plan, busy, error, forget } = usePlanning(bases.base, change, onNews);
  const { base } = bases;
  const unsaved = useCallback(
    () => !left.current && !sameDraft(draft, draftOf(base)),
    [draft, base],
  );
  const settle = (known: Plan | null): Draft => {
    if (!foreign || !known) return draft;
    const was = draftOfPlan(now, known);
    form.lay(was);
    setForeign(false);
    return was;
  };
  const applied = () => {
    left.current = true;
    setDone(true);
    void navigate(`/environments/${now.name}`);
  };
  return (
    <>
      <LeaveGuard unsaved={unsaved} reloads={planId !== null} />
      {planId !== null && (
        <Review
          key={planId}
          now={now}
          planId={planId}
          onApplied={applied}
          onBack={(known) => {
            settle(known);
            forget();
            change({ plan: null });
          }}
          onUpgrade={
            busy
              ? null
              : (known, packages) => {
                  plan(settle(known), packages);
                }
          }
        />
      )}
      {planId === null && upgrade !== null && (
        <Upgrading name={now.name} wish={upgrade} change={change} />
      )}
      {planId === null && upgrade === null && (
        <EditForm
          form={form}
          now={now}
          bases={bases}
          busy={busy}
          error={error}
          onReview={() => {
            plan(draft, null);
          }}
        />
      )}
    </>
  );
}

export function EditPage() {
  const { name = "" } = useParams();
  const { t } = useTranslation();
  const may = useMay("operator");
  const question = useEnvironment(name);
  if (isGone(question.error) && !question.data) return <Gone name={name} />;
  return (
    <Page
      title={t("console.edit.title", { name })}
      trail={
        <nav aria-label={t("console.detail.trail")}>
          <Link to={`/environments/${name}`}>{name}</Link>
        </nav>
      }
    >
      {may ? (
        <Loaded of={question}>
          {(environment) => (
            <Editing
              key={environment.id}
              now={environment}
              onNews={() => void question.refetch()}
            />
          )}
        </Loaded>
      ) : (
        <OperatorNeeded />
      )}
    </Page>
  );
}
