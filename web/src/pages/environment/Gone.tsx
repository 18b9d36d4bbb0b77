/** No such environment: said, with what became of it where that is known, and the way back. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type Operation, useEnvironmentOperations } from "../../api/operations";
import { CauseCard } from "../../components/CauseCard";
import { Page } from "../../components/Page";
import { Prose } from "../../components/Prose";

/** A first resolution that fails leaves nothing behind but its operation. */
function unresolved(newest: Operation | undefined): Operation | null {
  return newest?.kind === "resolve" && newest.state === "failed" ? newest : null;
}

export function Gone({ name }: { name: string }) {
  const { t } = useTranslation();
  const [newest] = useEnvironmentOperations(name, null).data?.items ?? [];
  const failed = unresolved(newest);
  const place = { environment: name, node: null, operation: failed?.id ?? null };
  return (
    <Page title={t("console.detail.gone.title")} tab={name}>
      <Flex vertical gap={16} className="panel">
        <span role="status">
          <Prose text={t("console.detail.gone.text", { name })} />{" "}
          {failed && t("console.detail.gone.unresolved")}
          {newest?.kind === "remove" && t("console.detail.gone.deleted")}
        </span>
        {failed?.cause && <CauseCard cause={failed.cause} place={place} />}
        <Flex gap="8px 24px" wrap>
          <Link to="/environments">{t("console.detail.gone.back")}</Link>
          {newest && <Link to={`/operations/${newest.id}`}>{t("console.detail.gone.last")}</Link>}
        </Flex>
      </Flex>
    </Page>
  );
}
