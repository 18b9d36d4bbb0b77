/** The log's own search; the browser's stays what it is. */
import { DownOutlined, SearchOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "../../app/preferences";

interface Props {
  query: string;
  /** The occurrence that is looked at, from 0; -1 for none. */
  hit: number;
  hits: number;
  onQuery: (query: string) => void;
  /** Goes to the next occurrence (1) or to the one before (-1). */
  onTurn: (by: 1 | -1) => void;
}

function Count({ query, hit, hits }: Pick<Props, "query" | "hit" | "hits">) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!query) return null;
  const total = hits.toLocaleString(language);
  const shown = (hit + 1).toLocaleString(language);
  if (hits === 0) return <span className="log-count">{t("console.log.nothing")}</span>;
  return (
    <span className="log-count">
      {hit < 0 ? total : t("console.log.hit", { hit: shown, total })}
    </span>
  );
}

export function LogSearch({ query, hit, hits, onQuery, onTurn }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(query);
  const [known, setKnown] = useState(query);
  if (query !== known) {
    setKnown(query);
    setText(query);
  }
  const turns = [
    { by: -1, icon: <UpOutlined aria-hidden />, label: t("console.log.previous") },
    { by: 1, icon: <DownOutlined aria-hidden />, label: t("console.log.next") },
  ] as const;
  return (
    <>
      <Input
        type="search"
        className="log-search"
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t("console.log.search")}
        placeholder={t("console.log.search")}
        value={text}
        maxLength={200}
        spellCheck={false}
        onChange={({ target }) => {
          setText(target.value);
          setKnown(target.value);
          onQuery(target.value);
        }}
        onPressEnter={({ shiftKey }) => {
          onTurn(shiftKey ? -1 : 1);
        }}
      />
      <Count query={query} hit={hit} hits={hits} />
      {query &&
        turns.map(({ by, icon, label }) => (
          <Button
            key={by}
            type="text"
            icon={icon}
            aria-label={label}
            title={label}
            disabled={hits === 0}
            onClick={() => {
              onTurn(by);
            }}
          />
        ))}
    </>
  );
}
