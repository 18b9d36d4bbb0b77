/** A new environment: what it is to hold, with what that needs beside it. */
import "./create.css";

import { Button } from "antd";
import { useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";

import { type EnvironmentCreate, useCreateEnvironment } from "../../api/editing";
import { usePreflight } from "../../api/preflights";
import { useMay } from "../../app/who";
import { OperatorNeeded } from "../../components/OperatorNeeded";
import { Page } from "../../components/Page";
import { afterFailure, type Attempt, attemptFor, randomKey } from "./attempt";
import { creationOf, type Draft, draftIn, sameDraft } from "./draft";
import { EnvironmentForm } from "./EnvironmentForm";
import { labelProblem } from "./labels";
import { LeaveGuard } from "./LeaveGuard";
import { nameProblem } from "./name";
import { placedProblem, placementOf } from "./placed";
import { PreflightPanel } from "./PreflightPanel";
import { refusalsOf } from "./refusals";
import { SourcePanel } from "./SourcePanel";
import { SubmitFailure } from "./SubmitFailure";
import { useForm } from "./useForm";
import { useLines } from "./useLines";
import { usePlaced } from "./usePlaced";

/** Makes the environment, under one key however often the answer gets lost. */
function useCreation(onMade: (name: string) => void) {
  const attempt = useRef<Attempt>(null);
  const creation = useCreateEnvironment();
  const send = (draft: Draft) => {
    const wish = creationOf(draft);
    const now = attemptFor(JSON.stringify(wish), attempt.current, randomKey);
    attempt.current = now;
    creation.mutate(
      { wish, key: now.key },
      {
        onSuccess: () => {
          onMade(wish.name);
        },
        onError: (error) => {
          attempt.current = afterFailure(now, error);
        },
      },
    );
  };
  return { send, busy: creation.isPending, error: creation.error, sent: creation.variables?.wish };
}

/** Whether two wishes ask for the same upkeep: what was said of one holds for the other. */
function samePolicy(one: EnvironmentCreate | undefined, other: EnvironmentCreate): boolean {
  return one !== undefined && JSON.stringify(one.policy) === JSON.stringify(other.policy);
}

/** The name of the first field that cannot be sent as it is. */
function unready({ name, label, labels }: Draft): string | null {
  if (nameProblem(name)) return "name";
  return label.trim() && labelProblem(label, labels) ? "label" : null;
}

function Creation() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const [empty] = useState(() => draftIn(new URLSearchParams()));
  const form = useForm(() => draftIn(params));
  const { draft } = form;
  const placed = usePlaced(draft.placement);
  const made = useRef(false);
  const [strict, setStrict] = useState(false);
  const { send, busy, error, sent } = useCreation((name) => {
    made.current = true;
    void navigate(`/environments/${name}`);
  });
  const { requirements, python, platforms } = draft;
  const placement = placementOf(draft.placement);
  const wish = { requirements, python: python.trim() || null, platforms, placement };
  const preflight = usePreflight(wish, !busy && !draft.source);
  const marks = useLines(preflight);
  // What was said of another name or Python says nothing of this one.
  const refusals = refusalsOf(error);
  const asked = refusalsOf(preflight.error);
  const unsaved = useCallback(() => !made.current && !sameDraft(draft, empty), [draft, empty]);
  return (
    <div className="making">
      <LeaveGuard unsaved={unsaved} />
      <EnvironmentForm
        form={form}
        placed={placed}
        edited={null}
        marks={marks}
        refused={{
          name: sent?.name === draft.name ? refusals.name : null,
          python: asked.python ?? (sent?.python === python ? refusals.python : null),
          upkeep: samePolicy(sent, creationOf(draft)) ? refusals.upkeep : {},
        }}
        strict={strict}
        busy={busy}
        onSubmit={() => {
          setStrict(true);
          const field = unready(draft);
          if (field) document.querySelector<HTMLElement>(`input[name=${field}]`)?.focus();
          else if (!placedProblem(draft.placement)) send(draft);
        }}
      >
        <SubmitFailure error={refusals.rest} />
        <div className="form-foot">
          <Button type="primary" htmlType="submit" loading={busy} disabled={false}>
            {t(busy ? "console.create.busy" : "console.create.submit")}
          </Button>
          <Link to="/environments">{t("console.create.cancel")}</Link>
          {busy && (
            <span role="status" className="quiet">
              {t("console.create.busy-hint")}
            </span>
          )}
        </div>
      </EnvironmentForm>
      {draft.source ? (
        <SourcePanel source={draft.source} />
      ) : (
        <PreflightPanel
          state={preflight}
          nodes={placed.matched?.nodes ?? []}
          onGoTo={(line) => form.editor.current?.goTo(line)}
        />
      )}
    </div>
  );
}

export function CreatePage() {
  const { t } = useTranslation();
  const may = useMay("operator");
  return (
    <Page title={t("console.create.title")}>
      {may ? <Creation /> : <OperatorNeeded />}
    </Page>
  );
}
