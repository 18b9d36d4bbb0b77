/** The form of an edit, with its preflight; what it comes to is looked at before it is made. */
import { Alert, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import type { Environment } from "../../api/environment";
import { usePreflight } from "../../api/preflights";
import { pythonShown } from "../../app/figures";
import { changeOf, changesNothing } from "../create/draft";
import { EnvironmentForm } from "../create/EnvironmentForm";
import { labelProblem } from "../create/labels";
import { placedProblem, placementOf } from "../create/placed";
import { PreflightPanel } from "../create/PreflightPanel";
import { refusalsOf } from "../create/refusals";
import { SourcePanel } from "../create/SourcePanel";
import { SubmitFailure } from "../create/SubmitFailure";
import type { Form } from "../create/useForm";
import { useLines } from "../create/useLines";
import { usePlaced } from "../create/usePlaced";
import { Divergence, MergedNote } from "./Divergence";
import type { Bases } from "./useMerging";

interface Props {
  form: Form;
  now: Environment;
  bases: Bases;
  busy: boolean;
  error: Error | null;
  onReview: () => void;
}

function Notices({ form, now, bases }: Pick<Props, "form" | "now" | "bases">) {
  const { base, diverged, merged, merge, takeTheirs } = bases;
  if (diverged)
    return <Divergence base={base} now={now} onMerge={merge} onTakeTheirs={takeTheirs} />;
  return merged && <MergedNote {...merged} mine={form.draft.requirements} />;
}

export function EditForm({ form, now, bases, busy, error, onReview }: Props) {
  const { t } = useTranslation();
  const { draft } = form;
  const { base } = bases;
  const placed = usePlaced(draft.placement);
  const [strict, setStrict] = useState(false);
  const [idle, setIdle] = useState(false);
  const { requirements, platforms } = draft;
  const python = draft.python.trim() || (base.python ?? null);
  const placement = placementOf(draft.placement);
  const preflight = usePreflight(
    { requirements, python, platforms, placement },
    !busy && !draft.source,
  );
  const marks = useLines(preflight);
  const refusals = refusalsOf(error);
  const asked = refusalsOf(preflight.error);
  const change = changeOf(base, draft);
  const nothing = changesNothing(change);
  if (idle && !nothing) setIdle(false);
  const review = () => {
    setStrict(true);
    if (draft.label.trim() && labelProblem(draft.label, draft.labels))
      document.querySelector<HTMLElement>("input[name=label]")?.focus();
    else if (nothing) setIdle(true);
    else if (!placedProblem(draft.placement)) onReview();
  };
  return (
    <>
      <Notices form={form} now={now} bases={bases} />
      <div className="making">
        <EnvironmentForm
          form={form}
          placed={placed}
          edited={{ python: base.python ? pythonShown(base.python) : null }}
          marks={marks}
          refused={{
            name: null,
            python: asked.python ?? refusals.python,
            upkeep: refusals.upkeep,
          }}
          strict={strict}
          busy={busy}
          onSubmit={review}
        >
          <SubmitFailure error={refusals.rest} />
          {idle && <Alert type="info" showIcon role="status" title={t("console.edit.same")} />}
          <div className="form-foot">
            <Button type="primary" htmlType="submit" loading={busy} disabled={bases.diverged}>
              {t(busy ? "console.edit.planning" : "console.edit.review")}
            </Button>
            <Link to={`/environments/${now.name}`}>{t("console.create.cancel")}</Link>
            {bases.diverged && <span className="quiet">{t("console.edit.choose")}</span>}
          </div>
        </EnvironmentForm>
        {draft.source ? (
          <SourcePanel source={draft.source} />
        ) : (
          <PreflightPanel
            state={preflight}
            nodes={placed.matched?.nodes ?? []}
            note={t("console.edit.preflight-note")}
            onGoTo={(line) => form.editor.current?.goTo(line)}
          />
        )}
      </div>
    </>
  );
}
