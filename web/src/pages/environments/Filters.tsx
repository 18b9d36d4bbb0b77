/** What narrows the list of environments: search, states, node, labels; and the way out. */
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useNodeNames } from "../../api/choices";
import { STATES } from "../../api/environments";
import { Choice } from "../../components/Choice";
import { ClearButton, FilterBar } from "../../components/FilterBar";
import { LabelChoice } from "../../components/LabelChoice";
import { type Change, filtersIn, UNFILTERED, type Wish } from "./wish";

interface Props {
  wish: Wish;
  change: Change;
}

function States({ wish, change }: Props) {
  const { t } = useTranslation();
  return (
    <Choice
      label={t("console.list.state")}
      chosen={wish.states}
      options={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
      onChoose={(state) => {
        change({ state, cursor: null });
      }}
    />
  );
}

function Nodes({ wish, change }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState("");
  const names = useNodeNames(search, open);
  return (
    <Choice
      single
      label={t("console.list.node")}
      chosen={wish.node ? [wish.node] : []}
      options={(names.data ?? []).map((value) => ({ value, label: value }))}
      loading={names.isFetching}
      onOpen={setOpen}
      onSearch={setSearch}
      onChoose={([node = null]) => {
        change({ node, cursor: null });
      }}
    />
  );
}

function Labels({ wish, change }: Props) {
  return (
    <LabelChoice
      of="environments"
      chosen={wish.labels}
      onChoose={(label) => {
        change({ label, cursor: null });
      }}
    />
  );
}

/** Takes all filters away and says how many there are. */
export function ClearFilters({ wish, change }: Props) {
  return (
    <ClearButton
      count={filtersIn(wish)}
      onClear={() => {
        change(UNFILTERED);
      }}
    />
  );
}

export function Filters({ wish, change }: Props) {
  const { t } = useTranslation();
  return (
    <FilterBar
      label={t("console.list.search")}
      search={wish.search}
      onSearch={(search) => {
        change({ search, cursor: null });
      }}
      count={filtersIn(wish)}
      onClear={() => {
        change(UNFILTERED);
      }}
    >
      <States wish={wish} change={change} />
      <Nodes wish={wish} change={change} />
      <Labels wish={wish} change={change} />
    </FilterBar>
  );
}
