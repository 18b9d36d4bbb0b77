/** A filter that takes one or several of what there is, found by typing. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";

export interface Option {
  value: string;
  label: string;
  /** Said beside it, such as how many have it. */
  note?: string;
}

interface Props {
  label: string;
  chosen: string[];
  options: Option[];
  onChoose: (chosen: string[]) => void;
  /** One choice takes the place of the one before. */
  single?: boolean;
  loading?: boolean;
  /** Called when it opens or closes, for options that are asked for late. */
  onOpen?: (open: boolean) => void;
  /** Called with what is typed, where the controller looks for it. */
  onSearch?: (search: string) => void;
}

const MANY = 200;

/** What the closed filter says: its choices in words, cut where there is no room. */
function chosenWords(omitted: readonly { label?: unknown; value?: unknown }[]): string {
  return omitted.map(({ label, value }) => String(label ?? value)).join(", ");
}

export function Choice(props: Props) {
  const { label, chosen, options, onChoose, single, loading = false, onOpen, onSearch } = props;
  const { t } = useTranslation();
  return (
    <Select<string[], Option>
      className="choice"
      mode="multiple"
      aria-label={label}
      placeholder={label}
      value={chosen}
      options={options}
      maxTagCount={0}
      maxTagPlaceholder={(omitted) => <span className="cut">{chosenWords(omitted)}</span>}
      popupMatchSelectWidth={false}
      // A screen reader is told of each option as long as all of them are there.
      virtual={options.length > MANY}
      loading={loading}
      notFoundContent={loading ? t("console.loading") : t("console.list.no-choice")}
      showSearch={{
        optionFilterProp: "label",
        ...(onSearch ? { filterOption: false, onSearch } : {}),
      }}
      optionRender={({ data }) => (
        <span className="choice-option">
          <span className="cut">{data.label}</span>
          {data.note && <span className="quiet">{data.note}</span>}
        </span>
      )}
      onChange={(values) => {
        onChoose(single ? values.slice(-1) : values);
      }}
      {...(onOpen ? { onOpenChange: onOpen } : {})}
    />
  );
}
