/** The packages of the lock that is taken unchanged, beside the form. */
import { useTranslation } from "react-i18next";

import { useSource } from "../../api/sources";
import { Loaded } from "../../components/Loaded";
import { type Source, sourceOf } from "./source";

function Shown({ of: { name, revision: number } }: { of: Source }) {
  const { t } = useTranslation();
  const question = useSource(name, number);
  return (
    <section className="panel preflight" aria-label={t("console.promote.packages")}>
      <h2>{t("console.promote.packages")}</h2>
      <p className="quiet">{t("console.promote.unresolved")}</p>
      <Loaded of={question}>
        {({ packages }) => (
          <ul className="source-packages" tabIndex={0}>
            {packages.map((each, index) => (
              <li key={index}>
                <span className={each.requested ? "" : "quiet"}>{each.name}</span>
                <code>{each.version}</code>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

export function SourcePanel({ source }: { source: string }) {
  const of = sourceOf(source);
  return of && <Shown of={of} />;
}
