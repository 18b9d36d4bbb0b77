/** Which Python: any that fits, one that the nodes have, or a range of versions. */
import { Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import type { Said } from "../../api/problem";
import { Field, FieldGroup } from "./Field";
import { pythonsOf } from "./pythons";

interface Props {
  value: string;
  onChange: (python: string) => void;
  nodes: Node[];
  /** The present one of an environment that is edited. */
  kept: string | null;
  error: Said | null;
}

const OTHER = "other";

export function PythonField({ value, onChange, nodes, kept, error }: Props) {
  const { t } = useTranslation();
  const there = pythonsOf(nodes).filter((minor) => minor !== kept);
  const [open, setOpen] = useState(false);
  const other = open || (value !== "" && !there.includes(value));
  const label = t("console.create.python");
  const first = kept
    ? t("console.create.python-kept", { python: kept })
    : t("console.create.python-any");
  return (
    <>
      <FieldGroup
        label={label}
        hint={t(kept ? "console.create.python-kept-hint" : "console.create.python-hint")}
        error={other ? null : error}
      >
        <Radio.Group
          className="choices"
          value={other ? OTHER : value}
          onChange={({ target }) => {
            const chosen = String(target.value);
            setOpen(chosen === OTHER);
            onChange(chosen === OTHER ? "" : chosen);
          }}
        >
          <Radio value="">{first}</Radio>
          {there.map((minor) => (
            <Radio key={minor} value={minor}>
              {minor}
            </Radio>
          ))}
          <Radio value={OTHER}>{t("console.create.python-other")}</Radio>
        </Radio.Group>
      </FieldGroup>
      {other && (
        <Field
          label={t("console.create.python-versions")}
          hint={t("console.create.python-versions-hint")}
          error={error}
        >
          {(named) => (
            <Input
              {...named}
              className="short"
              value={value}
              placeholder=">=3.11,<3.14"
              maxLength={200}
              spellCheck={false}
              status={error ? "error" : ""}
              onChange={({ target }) => {
                onChange(target.value);
              }}
            />
          )}
        </Field>
      )}
    </>
  );
}
