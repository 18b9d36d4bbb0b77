/** What narrows the list of nodes: search, states with their numbers, regions, labels. */
import { useTranslation } from "react-i18next";

import { NODE_STATES, type NodeQuery, type NodeState } from "../../api/nodes";
import type { Change } from "../../app/address";
import { Choice } from "../../components/Choice";
import { ClearButton, FilterBar } from "../../components/FilterBar";
import { LabelChoice } from "../../components/LabelChoice";
import { StateCounts } from "../../components/StateCounts";
import { filtersIn, NOWHERE, UNFILTERED } from "./wish";

interface Props {
  wish: NodeQuery;
  change: Change;
  /** Every region that a node is in. */
  regions: readonly string[];
}

function Regions({ wish, change, regions }: Props) {
  const { t } = useTranslation();
  const none = { value: NOWHERE, label: t("console.nodes.no-region") };
  return (
    <Choice
      label={t("console.nodes.column.region")}
      chosen={wish.regions.map((region) => region || NOWHERE)}
      options={[...regions.map((value) => ({ value, label: value })), none]}
      onChoose={(region) => {
        change({ region, cursor: null });
      }}
    />
  );
}

export function ClearFilters({ wish, change }: Omit<Props, "regions">) {
  return (
    <ClearButton
      count={filtersIn(wish)}
      onClear={() => {
        change(UNFILTERED);
      }}
    />
  );
}

export function Filters(props: Props) {
  const { wish, change } = props;
  const { t } = useTranslation();
  return (
    <FilterBar
      label={t("console.nodes.search")}
      search={wish.search}
      onSearch={(search) => {
        change({ search, cursor: null });
      }}
      count={filtersIn(wish)}
      onClear={() => {
        change(UNFILTERED);
      }}
    >
      <Regions {...props} />
      <LabelChoice
        of="nodes"
        chosen={wish.labels}
        onChoose={(label) => {
          change({ label, cursor: null });
        }}
      />
    </FilterBar>
  );
}

interface StatesProps extends Omit<Props, "regions"> {
  counts: Partial<Record<NodeState, number>>;
}

export function States({ wish, change, counts }: StatesProps) {
  const { t } = useTranslation();
  return (
    <StateCounts<NodeState>
      label={t("console.nodes.states")}
      counts={NODE_STATES.map((state) => [state, counts[state] ?? 0])}
      chosen={wish.states}
      onChoose={(state) => {
        change({ state, cursor: null });
      }}
    />
  );
}
