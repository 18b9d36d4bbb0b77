/** What narrows the audit. */
import { useTranslation } from "react-i18next";

import type { AuditQuery } from "../../api/audit";
import type { Change } from "../../app/address";
import { Choice } from "../../components/Choice";
import { SearchBox } from "../../components/SearchBox";
import { ACTIONS, SUBJECTS } from "./actions";

interface Props {
  wish: AuditQuery;
  change: Change;
}

/** What the address asks for can be seen and taken away, also where no word is known for it. */
function among(known: readonly string[], chosen: string): string[] {
  return chosen && !known.includes(chosen) ? [...known, chosen] : [...known];
}

export function AuditFilters({ wish, change }: Props) {
  const { t } = useTranslation();
  const choices = [
    { key: "kind", words: "subject", chosen: wish.kind, known: SUBJECTS },
    { key: "action", words: "action", chosen: wish.action, known: ACTIONS },
  ] as const;
  const names = [
    { key: "subject", value: wish.subject },
    { key: "username", value: wish.username },
  ] as const;
  return (
    <search className="activity-filters" aria-label={t("console.activity.filters")}>
      {choices.map(({ key, words, chosen, known }) => (
        <Choice
          key={key}
          single
          label={t(`console.activity.filter.${key}`)}
          chosen={chosen ? [chosen] : []}
          options={among(known, chosen).map((value) => ({
            value,
            label: t(`console.activity.${words}.${value}`, { defaultValue: value }),
          }))}
          onChoose={([value = null]) => {
            change({ [key]: value, cursor: null });
          }}
        />
      ))}
      {names.map(({ key, value }) => (
        <SearchBox
          key={key}
          label={t(`console.activity.filter.${key}`)}
          value={value}
          onSearch={(name) => {
            change({ [key]: name, cursor: null });
          }}
        />
      ))}
    </search>
  );
}
