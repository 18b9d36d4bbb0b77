/** What people say of a node: its title, region and labels. */
import { Button, Input } from "antd";
import { type SyntheticEvent, useState } from "react";
import { useTranslation } from "react-i18next";

import { type Node, useEditNode } from "../../api/nodes";
import { Dialog } from "../../components/Dialog";
import { Failure } from "../../components/Failure";
import { Field } from "../create/Field";
import { type Labels, labelProblem, withLabel } from "../create/labels";
import { LabelsField } from "../create/LabelsField";
import { nameProblem } from "../create/name";
import { changeOf } from "./changes";

const TITLE_LIMIT = 120;

interface Draft {
  title: string;
  region: string;
  labels: Labels;
  /** A label that is being typed. */
  label: string;
}

interface Props {
  node: Node;
  onClose: () => void;
}

function ready({ region, labels, label }: Draft): boolean {
  return !(region && nameProblem(region)) && !(label.trim() && labelProblem(label, labels));
}

function Form({ node, onClose }: Props) {
  const { t } = useTranslation();
  // As it was when somebody began: who edited it meanwhile is not to be overwritten.
  const [base] = useState(node);
  const [draft, setDraft] = useState<Draft>({
    title: base.title,
    region: base.region,
    labels: base.labels,
    label: "",
  });
  const edit = useEditNode(base);
  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!ready(draft) || edit.isPending) return;
    const labels = draft.label.trim() ? withLabel(draft.labels, draft.label) : draft.labels;
    const wanted = changeOf(base, { ...draft, title: draft.title.trim(), labels });
    if (wanted === null) onClose();
    else edit.mutate(wanted, { onSuccess: onClose });
  };
  const wrong = draft.region ? nameProblem(draft.region) : null;
  return (
    <form className="dialog-form" noValidate onSubmit={submit}>
      <Field label={t("console.node.edit.title")} hint={t("console.node.edit.title-hint")}>
        {(named) => (
          <Input
            {...named}
            autoFocus
            value={draft.title}
            maxLength={TITLE_LIMIT}
            onChange={({ target }) => {
              change({ title: target.value });
            }}
          />
        )}
      </Field>
      <Field
        label={t("console.nodes.column.region")}
        hint={t("console.node.edit.region-hint")}
        error={wrong}
      >
        {(named) => (
          <Input
            {...named}
            value={draft.region}
            placeholder="shanghai"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            status={wrong ? "error" : ""}
            onChange={({ target }) => {
              change({ region: target.value.trim() });
            }}
          />
        )}
      </Field>
      <LabelsField draft={draft} change={change} strict />
      <p className="quiet">{t("console.node.edit.labels-why")}</p>
      {edit.isError && <Failure error={edit.error} />}
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("console.nodes.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={edit.isPending}>
          {t("console.node.edit.save")}
        </Button>
      </div>
    </form>
  );
}

export function EditDialog({ node, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("console.node.edit.heading", { name: node.name })} onClose={onClose}>
      <Form node={node} onClose={onClose} />
    </Dialog>
  );
}
