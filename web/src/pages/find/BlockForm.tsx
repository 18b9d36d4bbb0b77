/** Blocking a release: which, and why. */
import { Button, Flex, Input } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import { useAddBlock } from "../../api/blocks";
import { Failure } from "../../components/Failure";

const LONGEST = 500;

interface FieldProps {
  name: "release" | "reason";
  value: string;
  onChange: (value: string) => void;
}

function Field({ name, value, onChange }: FieldProps) {
  const { t } = useTranslation();
  const [field, hint] = [useId(), useId()];
  return (
    <Flex vertical gap={4}>
      <label htmlFor={field}>{t(`console.blocks.${name}`)}</label>
      <Input
        id={field}
        aria-describedby={hint}
        value={value}
        maxLength={LONGEST}
        required
        autoFocus={name === "release"}
        autoCapitalize="none"
        spellCheck={name === "reason"}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
      <span id={hint} className="quiet">
        {t(`console.blocks.${name}-hint`)}
      </span>
    </Flex>
  );
}

export function BlockForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [release, setRelease] = useState("");
  const [reason, setReason] = useState("");
  const adding = useAddBlock();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (adding.isPending) return;
    adding.mutate({ release: release.trim(), reason }, { onSuccess: onClose });
  };
  return (
    <Flex component="form" vertical gap={16} onSubmit={submit}>
      <Field name="release" value={release} onChange={setRelease} />
      <Field name="reason" value={reason} onChange={setReason} />
      {adding.isError && <Failure error={adding.error} />}
      <Flex gap={8} justify="end">
        <Button onClick={onClose}>{t("console.blocks.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={adding.isPending}>
          {t("console.blocks.submit")}
        </Button>
      </Flex>
    </Flex>
  );
}
