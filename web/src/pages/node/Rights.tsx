/** What the node's own file allows; it is changed there and nowhere else. */
import { Alert } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Prose } from "../../components/Prose";

export function Rights({ node: { rights } }: { node: Node }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (!rights) return null;
  const { file, users = [], groups = [], run, run_as: as, problem } = rights;
  const checked = !rights.checks ? "refused" : rights.checks_as ? "as" : "agent";
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
        <div>
          <dt className="quiet">{t("console.node.rights.checks")}</dt>
          <dd>
            {checked === "agent"
              ? t("console.node.rights.agent-only")
              : t(`console.node.rights.run-${checked}`, { user: rights.checks_as ?? "" })}
          </dd>
        </div>
        <div>
          <dt className="quiet">{t("console.node.rights.file")}</dt>
          <dd>{file ? <code className="path">{file}</code> : t("console.node.rights.defaults")}</dd>
        </div>
      </dl>
    </section>
  );
}
