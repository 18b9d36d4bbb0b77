/** Where a release or a file is: on nodes as they saw it, in revisions by their locks. */
import "../components/parts.css";
import "./find/find.css";

import { useTranslation } from "react-i18next";

import { isFile, KINDS, useFound } from "../api/find";
import { oneOf, useAddress } from "../app/address";
import { TableOutline } from "../components/DataTable";
import { Empty } from "../components/Empty";
import { Loaded } from "../components/Loaded";
import { Page } from "../components/Page";
import { Pager } from "../components/Pager";
import { FoundTable } from "./find/FoundTable";
import { Question } from "./find/Question";

export function FindPage() {
  const { t } = useTranslation();
  const [params, change] = useAddress();
  const text = params.get("q")?.trim() ?? "";
  const kind = oneOf(params, "kind", KINDS);
  const cursor = params.get("cursor");
  const found = useFound(text, kind, cursor);
  const title = t("console.find.title");
  return (
    <Page title={title} subtitle={t("console.find.lead")} tab={text ? `${text} · ${title}` : title}>
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
    </Page>
  );
}
