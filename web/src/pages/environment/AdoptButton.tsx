/** Adopting what a node holds: what becomes of it and what is lost, before anything is done. */
import "../edit/edit.css";

import { Alert, Button, Flex, Input, Skeleton } from "antd";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useApplyPlan } from "../../api/editing";
import { type Adoption, type Plan, useAdoptionPlan } from "../../api/plans";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Loaded } from "../../components/Loaded";
import { PlanAsked } from "../edit/PlanAsked";
import { PlanTargets } from "../edit/PlanTargets";

const LONGEST = 500;

interface Props {
  name: string;
  node: string;
}

function Lost({ lost }: { lost: Adoption["lost"] }) {
  const { t } = useTranslation();
  if (lost.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t("console.adopt.lost")}
      description={
        <ul className="consequences">
          {lost.map(({ package: name, version, reason, files }) => (
            <li key={`${name} ${reason}`}>
              {t("console.adopt.item", {
                package: name,
                version,
                reason: t(`plan.loss.${reason}`, { files, defaultValue: reason }),
              })}
            </li>
          ))}
        </ul>
      }
    />
  );
}

/** What newer versions there would be is no matter here. */
function withoutNewer(plan: Plan): Plan {
  return { ...plan, targets: plan.targets.map((target) => ({ ...target, held_back: [] })) };
}

function Preview({ name, plan, onClose }: Props & { plan: Plan; onClose: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const [message, setMessage] = useState("");
  const apply = useApplyPlan(name);
  const field = useId();
  const { adoption } = plan;
  return (
    <form
      className="dialog-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (apply.isPending) return;
        const edit = { plan: plan.id, version: plan.base_version, message: message.trim() };
        apply.mutate(edit, { onSuccess: onClose });
      }}
    >
      <Lost lost={adoption?.lost ?? []} />
      <div className="plan">
        <PlanAsked changed={plan.changed} />
        <PlanTargets plan={withoutNewer(plan)} onUpgrade={null} />
      </div>
      {adoption && adoption.restored.length > 0 && (
        <p>{t("console.adopt.restored", { packages: listed(adoption.restored, language) })}</p>
      )}
      <Flex vertical gap={4}>
        <label htmlFor={field}>{t("console.plan.message")}</label>
        <Input
          id={field}
          value={message}
          maxLength={LONGEST}
          onChange={({ target }) => {
            setMessage(target.value);
          }}
        />
      </Flex>
      {apply.error && <Failure error={apply.error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.adopt.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={apply.isPending}>
          {t("console.adopt.confirm")}
        </Button>
      </div>
    </form>
  );
}

function Adopt({ name, node, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const question = useAdoptionPlan(name, node);
  return (
    <Flex vertical gap={16}>
      <p>{t("console.adopt.what", { name, node })}</p>
      <Loaded
        of={question}
        outline={
          <div role="status">
            <p className="quiet">{t("console.adopt.working", { node })}</p>
            <Skeleton active title={false} paragraph={{ rows: 6 }} />
          </div>
        }
      >
        {(plan) => <Preview name={name} node={node} plan={plan} onClose={onClose} />}
      </Loaded>
      {question.error && (
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("console.adopt.cancel")}</Button>
        </div>
      )}
    </Flex>
  );
}

export function AdoptButton({ name, node }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <>
      <Button
        aria-label={t("console.adopt.label-of", { node })}
        onClick={() => {
          setOpen(true);
        }}
      >
        {t("console.adopt.label")}
      </Button>
      {open && (
        <Dialog title={t("console.adopt.title", { node })} wide onClose={close}>
          <Adopt name={name} node={node} onClose={close} />
        </Dialog>
      )}
    </>
  );
}
