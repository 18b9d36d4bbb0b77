/** Nodes by name, found by typing; the controller looks for them. */
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNodeNames } from "../../api/choices";
import { Field } from "./Field";

/** Names in one wish, as the API bounds them. */
const MOST = 500;

interface Props {
  value: readonly string[];
  onChange: (names: string[]) => void;
}

export function NamesField({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const found = useNodeNames(search, open);
  return (
    <Field label={t("console.place.names")}>
      {(named) => (
        <Select<string[]>
          {...named}
          mode="multiple"
          aria-label={t("console.place.names")}
          placeholder={t("console.place.names-hint")}
          value={[...value]}
          maxCount={MOST}
          options={(found.data ?? []).map((name) => ({ value: name, label: name }))}
          loading={found.isFetching}
          notFoundContent={found.isFetching ? t("console.loading") : t("console.list.no-choice")}
          virtual={false}
          showSearch={{ filterOption: false, onSearch: setSearch }}
          onOpenChange={setOpen}
          onChange={(names) => {
            setSearch("");
            onChange([...names].sort());
          }}
        />
      )}
    </Field>
  );
}
