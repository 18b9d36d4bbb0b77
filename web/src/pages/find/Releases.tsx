/** Where a release or a file is: the question, and what was found. */
import { useTranslation } from "react-i18next";

import { isFile, KINDS, useFound } from "../../api/find";
import { type Change, oneOf } from "../../app/address";
import { TableOutline } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { Pager } from "../../components/Pager";
import { FoundTable } from "./FoundTable";
import { Question } from "./Question";

interface Props {
  text: string;
  params: URLSearchParams;
  change: Change;
}

export function Releases({ text, params, change }: Props) {
  const { t } = useTranslation();
  const kind = oneOf(params, "kind", KINDS);
  const cursor = params.get("cursor");
  const found = useFound(text, kind, cursor);
  return (
    <>
      <Question key={text} text={text} kind={kind} change={change} />
      {text === "" ? (
        <Empty text={t("console.find.start")} />
      ) : (
        <Loaded of={found} outline={<TableOutline />}>
          {({ items, next, totals }) => (
            <div className="stack">
              {items.length === 0 && !next && <Empty text={t("console.find.none")} />}
              {items.length > 0 && totals && (
                <p role="status">{t("console.find.counts", { ...totals })}</p>
              )}
              {isFile(text) && <p className="quiet">{t("console.find.file-note")}</p>}
              {items.length > 0 && <FoundTable rows={items} busy={found.isPlaceholderData} />}
              <Pager
                cursor={cursor}
                next={next ?? null}
                onTurn={(to) => {
                  change({ cursor: to });
                }}
              />
            </div>
          )}
        </Loaded>
      )}
    </>
  );
}
