/** What is looked for: asked for as a whole, since half a requirement is an error. */
import "../../components/FilterBar.css";

import { SearchOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type FoundKind, KINDS } from "../../api/find";
import type { Change } from "../../app/address";
import { Choice } from "../../components/Choice";

interface Props {
  text: string;
  kind: FoundKind | null;
  change: Change;
}

const LONGEST = 500;

export function Question({ text, kind, change }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  return (
    <search>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          change({ q: typed.trim(), cursor: null });
        }}
      >
        <Input
          type="search"
          className="search wide"
          prefix={<SearchOutlined aria-hidden />}
          aria-label={t("console.find.search")}
          placeholder={t("console.find.search")}
          value={typed}
          maxLength={LONGEST}
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => {
            setTyped(target.value);
          }}
        />
        <Button type="primary" htmlType="submit">
          {t("console.find.ask")}
        </Button>
        <Choice
          single
          label={t("console.find.kind.label")}
          chosen={kind ? [kind] : []}
          options={KINDS.map((value) => ({ value, label: t(`console.find.kind.${value}`) }))}
          onChoose={([only = null]) => {
            change({ kind: only, cursor: null });
          }}
        />
      </form>
    </search>
  );
}
