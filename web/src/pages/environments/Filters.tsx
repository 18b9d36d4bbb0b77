/** What narrows the list of environments: search, states, node, labels; and the way out. */
import "./Filters.css";

import { ClearOutlined, FilterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useLabels, useNodeNames } from "../../api/choices";
import { STATES } from "../../api/environments";
import { useMedia } from "../../app/media";
import { Choice } from "../../components/Choice";
import { SearchBox } from "../../components/SearchBox";
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
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const labels = useLabels(open);
  const number = new Intl.NumberFormat(i18n.language);
  return (
    <Choice
      label={t("console.list.label")}
      chosen={wish.labels}
      options={(labels.data ?? []).map(({ label, count }) => ({
        value: label,
        label,
        note: number.format(count),
      }))}
      loading={labels.isFetching}
      onOpen={setOpen}
      onChoose={(label) => {
        change({ label, cursor: null });
      }}
    />
  );
}

/** Takes all filters away and says how many there are. */
export function ClearFilters({ wish, change }: Props) {
  const { t } = useTranslation();
  return (
    <Button
      icon={<ClearOutlined aria-hidden />}
      onClick={() => {
        change(UNFILTERED);
      }}
    >
      {t("console.list.clear", { count: filtersIn(wish) })}
    </Button>
  );
}

const PHONE = "(width < 720px)";

/** On a phone the choices wait behind a button, which says how many are set. */
export function Filters({ wish, change }: Props) {
  const { t } = useTranslation();
  const phone = useMedia(PHONE);
  const [unfolded, setUnfolded] = useState(false);
  const count = filtersIn(wish);
  return (
    <search className="filters">
      <SearchBox
        label={t("console.list.search")}
        value={wish.search}
        onSearch={(search) => {
          change({ search, cursor: null });
        }}
      />
      {phone && (
        <Button
          icon={<FilterOutlined aria-hidden />}
          aria-expanded={unfolded}
          onClick={() => {
            setUnfolded(!unfolded);
          }}
        >
          {count > 0 ? t("console.list.filters-set", { count }) : t("console.list.filters")}
        </Button>
      )}
      {(!phone || unfolded) && (
        <>
          <States wish={wish} change={change} />
          <Nodes wish={wish} change={change} />
          <Labels wish={wish} change={change} />
          {count > 0 && <ClearFilters wish={wish} change={change} />}
        </>
      )}
    </search>
  );
}
