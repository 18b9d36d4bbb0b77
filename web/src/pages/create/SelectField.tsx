/**
 * Nodes by label: one of those in use, or one that nodes to come will have. Of each key
 * there is one value, the last that was chosen.
 */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useLabels } from "../../api/choices";
import type { Said } from "../../api/problem";
import { Field } from "./Field";
import { labelIn, type Labels, labelProblem } from "./labels";
import { pairsOf } from "./placed";

interface Props {
  value: Labels;
  onChange: (select: Labels) => void;
  /** What the labels are for, where it is not the place of an environment. */
  hint?: string;
}

export function SelectField({ value, onChange, hint }: Props) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const [wrong, setWrong] = useState<Said | null>(null);
  const labels = useLabels(open, "nodes");
  const number = new Intl.NumberFormat(i18n.language);
  const choose = (pairs: string[]) => {
    const problems = pairs.map((pair) => labelProblem(pair, {}));
    setWrong(problems.find((problem) => problem !== null) ?? null);
    const kept = pairs.filter((_, place) => problems[place] === null).map(labelIn);
    onChange(Object.fromEntries(kept.map((label) => [label.key, label.value])));
  };
  return (
    <Field
      label={t("console.place.labels")}
      hint={hint ?? t("console.place.labels-hint")}
      error={wrong}
    >
      {(named) => (
        <Select<string[]>
          {...named}
          mode="tags"
          aria-label={t("console.place.labels")}
          placeholder="role=crawler"
          value={pairsOf(value)}
          options={(labels.data ?? []).map(({ label, count }) => ({
            value: label,
            label,
            note: number.format(count),
          }))}
          loading={labels.isFetching}
          virtual={false}
          optionRender={({ data }) => (
            <span className="choice-option">
              <span className="cut">{data.label}</span>
              <span className="quiet">{data.note}</span>
            </span>
          )}
          onOpenChange={setOpen}
          onChange={choose}
        />
      )}
    </Field>
  );
}
