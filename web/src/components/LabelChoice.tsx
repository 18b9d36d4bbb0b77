/** A filter by the labels in use, with how many have each. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useLabels } from "../api/choices";
import { Choice } from "./Choice";

interface Props {
  of: "environments" | "nodes";
  /** As `key=value`. */
  chosen: readonly string[];
  onChoose: (labels: string[]) => void;
}

export function LabelChoice({ of, chosen, onChoose }: Props) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const labels = useLabels(open, of);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Choice
      label={t("console.list.label")}
      chosen={[...chosen]}
      options={(labels.data ?? []).map(({ label, count }) => ({
        value: label,
        label,
        note: number.format(count),
      }))}
      loading={labels.isFetching}
      onOpen={setOpen}
      onChoose={onChoose}
    />
  );
}
