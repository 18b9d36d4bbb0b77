/** The form that making and editing an environment share. */
import { ConfigProvider, Input } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import type { Said } from "../../api/problem";
import { Field } from "./Field";
import { LabelsField } from "./LabelsField";
import type { Mark } from "./marks";
import { nameProblem } from "./name";
import { Placement } from "./Placement";
import { PlatformsField } from "./PlatformsField";
import { PythonField } from "./PythonField";
import type { UpkeepRefusals } from "./refusals";
import { RequirementsField } from "./RequirementsField";
import { RolloutFields } from "./RolloutFields";
import { SourceField } from "./SourceField";
import { NO_UPKEEP, sameUpkeep, type Upkeep } from "./upkeep";
import { UpkeepFields } from "./UpkeepFields";
import type { Form } from "./useForm";
import type { PlacedState } from "./usePlaced";

const TITLE_LIMIT = 120;
const DESCRIPTION_LIMIT = 4_000;

interface NameProps {
  value: string;
  onChange: (name: string) => void;
  refused: Said | null;
  /** Whether an empty name is told, too. */
  strict: boolean;
}

function NameField({ value, onChange, refused, strict }: NameProps) {
  const { t } = useTranslation();
  const wrong = value !== "" || strict ? nameProblem(value) : null;
  const error = wrong ?? refused;
  return (
    <Field label={t("console.create.name")} hint={t("console.create.name-hint")} error={error}>
      {(named) => (
        <Input
          {...named}
          name="name"
          required
          value={value}
          placeholder="price-crawler"
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          status={error ? "error" : ""}
          onChange={({ target }) => {
            onChange(target.value);
          }}
        />
      )}
    </Field>
  );
}

function People({ form, strict }: { form: Form; strict: boolean }) {
  const { t } = useTranslation();
  const { draft, change } = form;
  return (
    <>
      <Field label={t("console.create.title-field")} hint={t("console.create.title-hint")}>
        {(named) => (
          <Input
            {...named}
            value={draft.title}
            maxLength={TITLE_LIMIT}
            onChange={({ target }) => {
              change({ title: target.value });
            }}
          />
        )}
      </Field>
      <Field label={t("console.create.description")}>
        {(named) => (
          <Input.TextArea
            {...named}
            value={draft.description}
            maxLength={DESCRIPTION_LIMIT}
            rows={2}
            onChange={({ target }) => {
              change({ description: target.value });
            }}
          />
        )}
      </Field>
      <LabelsField draft={draft} change={change} strict={strict} />
    </>
  );
}

interface KeepingProps {
  value: Upkeep;
  onChange: (upkeep: Upkeep) => void;
  refused: UpkeepRefusals;
}

/** Two parts that most environments leave alone; what was refused opens its part. */
function Keeping(props: KeepingProps) {
  const { t } = useTranslation();
  const { value, refused } = props;
  const { sync, cron, lasts, zone, waves, wavePause, failures, returns } = value;
  const rollout = { sync, cron, lasts, zone, waves, wavePause, failures, returns };
  const alone = { ...NO_UPKEEP, ...rollout };
  const [opened, setOpened] = useState({
    upkeep: !sameUpkeep(value, alone),
    rollout: !sameUpkeep(alone, NO_UPKEEP),
  });
  const [part] = Object.keys(refused);
  const within = part && (part in rollout ? "rollout" : "upkeep");
  if (within && !opened[within]) setOpened({ ...opened, [within]: true });
  return (
    <>
      <details className="people" open={opened.upkeep}>
        <summary>{t("console.upkeep.title")}</summary>
        <UpkeepFields {...props} />
      </details>
      <details className="people" open={opened.rollout}>
        <summary>{t("console.goes-out.title")}</summary>
        <RolloutFields {...props} />
      </details>
    </>
  );
}

interface Props {
  form: Form;
  /** The nodes that the draft is for. */
  placed: PlacedState;
  /** The present Python of an environment that is edited; its name is settled then. */
  edited: { python: string | null } | null;
  marks: readonly Mark[];
  /** What the API refused, by field. */
  refused: { name: Said | null; python: Said | null; upkeep: UpkeepRefusals };
  /** Whether somebody has tried to send it: then it is told what is missing. */
  strict: boolean;
  busy: boolean;
  onSubmit: () => void;
  /** Beneath the fields: what came of sending it, and the buttons. */
  children: ReactNode;
}

export function EnvironmentForm(props: Props) {
  const { form, placed, edited, marks, refused, strict, busy, onSubmit, children } = props;
  const { t } = useTranslation();
  const { draft, change } = form;
  const nodes: Node[] = placed.matched?.nodes ?? [];
  const [opened] = useState(edited !== null || draft.title !== "");
  return (
    <ConfigProvider componentDisabled={busy}>
      <form
        className="panel making-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onSubmit();
        }}
        onKeyDown={(event) => {
          // Enter in a field would send a form that is not finished yet.
          if (event.key === "Enter" && event.target instanceof HTMLInputElement)
            event.preventDefault();
        }}
      >
        {!edited && (
          <NameField
            value={draft.name}
            onChange={(name) => {
              change({ name });
            }}
            refused={refused.name}
            strict={strict}
          />
        )}
        {draft.source ? (
          <SourceField
            source={draft.source}
            busy={busy}
            onDrop={() => {
              change({ source: "" });
            }}
          />
        ) : (
          <RequirementsField form={form} marks={marks} busy={busy} />
        )}
        <Placement
          value={draft.placement}
          onChange={(placement) => {
            change({ placement });
          }}
          state={placed}
          strict={strict}
        />
        {!draft.source && (
          <>
            <PythonField
              value={draft.python}
              onChange={(python) => {
                change({ python });
              }}
              nodes={nodes}
              kept={edited?.python ?? null}
              error={refused.python}
            />
            <PlatformsField
              value={draft.platforms}
              onChange={(platforms) => {
                change({ platforms });
              }}
              nodes={nodes}
            />
          </>
        )}
        <details className="people" open={opened}>
          <summary>{t("console.create.people")}</summary>
          <People form={form} strict={strict} />
        </details>
        <Keeping
          value={draft.upkeep}
          onChange={(upkeep) => {
            change({ upkeep });
          }}
          refused={refused.upkeep}
        />
        {children}
      </form>
    </ConfigProvider>
  );
}
