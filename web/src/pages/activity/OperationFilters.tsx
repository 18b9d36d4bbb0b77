/** What narrows the operations. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useEnvironmentNames, useNodeNames } from "../../api/choices";
import { ENDED, KINDS, OPEN } from "../../api/operations";
import type { Change } from "../../app/address";
import { Choice } from "../../components/Choice";
import type { OperationWish } from "./wish";

interface Props {
  wish: OperationWish;
  change: Change;
}

interface NameProps {
  label: string;
  chosen: string | null;
  names: typeof useNodeNames;
  onChoose: (name: string | null) => void;
}

/** One of many names, which the controller looks up. */
function NameChoice({ label, chosen, names, onChoose }: NameProps) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const found = names(search, open);
  return (
    <Choice
      single
      label={label}
      chosen={chosen ? [chosen] : []}
      options={(found.data ?? []).map((value) => ({ value, label: value }))}
      loading={found.isFetching}
      onOpen={setOpen}
      onSearch={setSearch}
      onChoose={([name = null]) => {
        onChoose(name);
      }}
    />
  );
}

export function OperationFilters({ wish, change }: Props) {
  const { t } = useTranslation();
  return (
    <search className="activity-filters" aria-label={t("console.activity.filters")}>
      <Choice
        label={t("console.column.state")}
        chosen={wish.states}
        options={[...OPEN, ...ENDED].map((value) => ({ value, label: t(`states.${value}`) }))}
        onChoose={(state) => {
          change({ state, cursor: null });
        }}
      />
      <Choice
        label={t("console.activity.kind")}
        chosen={wish.kinds}
        options={KINDS.map((value) => ({ value, label: t(`console.operation.kind.${value}`) }))}
        onChoose={(kind) => {
          change({ kind, cursor: null });
        }}
      />
      <NameChoice
        label={t("console.operation.fact.environment")}
        chosen={wish.environment}
        names={useEnvironmentNames}
        onChoose={(environment) => {
          change({ environment, cursor: null });
        }}
      />
      <NameChoice
        label={t("console.operation.fact.node")}
        chosen={wish.node}
        names={useNodeNames}
        onChoose={(node) => {
          change({ node, cursor: null });
        }}
      />
    </search>
  );
}
