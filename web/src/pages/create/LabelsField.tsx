/**
 * Labels: chips, and a field that makes another one of `key=value`.
 *
 * What stands in the field counts when the form is sent. It becomes no chip when the field
 * is left, for then the button that somebody is about to press would move away.
 */
import "./LabelsField.css";

import { CloseOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { Draft } from "./draft";
import { Field } from "./Field";
import { type Labels, labelProblem, withLabel, withoutLabel } from "./labels";

interface ChipsProps {
  labels: Labels;
  onRemove: (key: string) => void;
}

function Chips({ labels, onRemove }: ChipsProps) {
  const { t } = useTranslation();
  const entries = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  if (entries.length === 0) return null;
  return (
    <ul className="label-chips">
      {entries.map(([key, value]) => (
        <li key={key} className="label-chip">
          <span>
            {key}
            {value && <span className="quiet">={value}</span>}
          </span>
          <button
            type="button"
            aria-label={t("console.create.remove-label", { label: key })}
            onClick={() => {
              onRemove(key);
            }}
          >
            <CloseOutlined aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The labels of something, and the one that is being typed. */
type Labelled = Pick<Draft, "labels" | "label">;

interface Props {
  draft: Labelled;
  change: (part: Partial<Labelled>) => void;
  /** Whether to say what is wrong with a label before it is finished. */
  strict: boolean;
}

export function LabelsField({ draft, change, strict }: Props) {
  const { t } = useTranslation();
  const { labels, label } = draft;
  const field = useRef<HTMLDivElement>(null);
  const typed = label.trim();
  const wrong = typed ? labelProblem(typed, labels) : null;
  // A key alone may still become one with a value; signs that no key has never do.
  const told = strict || wrong?.code !== "label-key" || /[^a-z0-9._/=-]/.test(typed);
  const add = () => {
    if (typed && !wrong) change({ labels: withLabel(labels, typed), label: "" });
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    add();
  };
  return (
    <Field
      label={t("console.create.labels")}
      hint={t("console.create.labels-hint")}
      error={told ? wrong : null}
    >
      {(named) => (
        <div ref={field} className="labels-field">
          <Chips
            labels={labels}
            onRemove={(key) => {
              change({ labels: withoutLabel(labels, key) });
              field.current?.querySelector("input")?.focus();
            }}
          />
          <Input
            {...named}
            name="label"
            value={label}
            placeholder="team=data"
            autoCapitalize="none"
            spellCheck={false}
            onChange={({ target }) => {
              change({ label: target.value });
            }}
            onKeyDown={pressed}
          />
        </div>
      )}
    </Field>
  );
}
