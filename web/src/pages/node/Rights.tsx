/** What the node's own file allows; it is changed there and nowhere else. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Prose } from "../../components/Prose";

interface ForeignProps {
  name: "checks" | "hooks";
  allowed: boolean;
  as: string | null | undefined;
}

/** Whether code of environments runs there beside tasks, and as whom. */
function Foreign({ name, allowed, as }: ForeignProps) {
  const { t } = useTranslation();
  const how = !allowed ? "run-refused" : as ? "run-as" : "agent-only";
  return (
    <div>
      <dt className="quiet">{t(`console.node.rights.${name}`)}</dt>
      <dd>{t(`console.node.rights.${how}`, { user: as ?? "" })}</dd>
    </div>
  );
}

export function Rights({ node: { rights } }: { node: Node }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!rights) return null;
  const { file, users = [], groups = [], run, run_as: as, problem } = rights;
  const groupsShown = groups.map((name) => t("console.node.rights.group", { name }));
  const writers = listed([...users, ...groupsShown], language);
  const runs = !run ? "refused" : as ? "as" : "anyone";
  return (
    <section className="panel">
      <h2>{t("console.node.rights.title")}</h2>
      {problem && (
        <Alert
          type="warning"
          showIcon
          className="rights-problem"
          title={<Prose text={problem.message} />}
          description={problem.hint && <Prose text={problem.hint} />}
        />
      )}
      <dl className="facts">
        <div>
          <dt className="quiet">{t("console.node.rights.writers")}</dt>
          <dd>{writers || t("console.node.rights.agent-only")}</dd>
        </div>
        <div>
          <dt className="quiet">
            <Prose text="`venvoy run`" />
          </dt>
          <dd>{t(`console.node.rights.run-${runs}`, { user: as ?? "" })}</dd>
        </div>
        <Foreign name="checks" allowed={rights.checks} as={rights.checks_as} />
        <Foreign name="hooks" allowed={rights.hooks} as={rights.hooks_as} />
        {rights.hooks && (
          <div>
            <dt className="quiet">{t("console.node.rights.hook-units")}</dt>
            <dd>
              {rights.hook_units
                ? listed(rights.hook_units, language) || t("console.node.rights.no-unit")
                : t("console.node.rights.any-unit")}
            </dd>
          </div>
        )}
        <div>
          <dt className="quiet">{t("console.node.rights.file")}</dt>
          <dd>{file ? <code className="path">{file}</code> : t("console.node.rights.defaults")}</dd>
        </div>
      </dl>
    </section>
  );
}
