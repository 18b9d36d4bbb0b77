/** What narrows a list: a search, then choices, which on a phone wait behind a button. */
import "./FilterBar.css";

import { ClearOutlined, FilterOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";

import { useMedia } from "../app/media";
import { SearchBox } from "./SearchBox";

const PHONE = "(width < 720px)";

interface ClearProps {
  /** How many filters there are. */
  count: number;
  onClear: () => void;
}

/** Takes all filters away and says how many there are. */
export function ClearButton({ count, onClear }: ClearProps) {
  const { t } = useTranslation();
  return (
    <Button icon={<ClearOutlined aria-hidden />} onClick={onClear}>
      {t("console.list.clear", { count })}
    </Button>
  );
}

interface Props extends ClearProps {
  /** What the search is called. */
  label: string;
  search: string;
  onSearch: (search: string) => void;
  children: ReactNode;
}

/** On a phone the button says how many choices are set. */
export function FilterBar({ label, search, onSearch, count, onClear, children }: Props) {
  const { t } = useTranslation();
  const phone = useMedia(PHONE);
  const [unfolded, setUnfolded] = useState(false);
  return (
    <search className="filters">
      <SearchBox label={label} value={search} onSearch={onSearch} />
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
          {children}
          {count > 0 && <ClearButton count={count} onClear={onClear} />}
        </>
      )}
    </search>
  );
}
