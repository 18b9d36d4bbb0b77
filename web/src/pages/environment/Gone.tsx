/** No such environment: said, with what became of it where that is known, and the way back. */
import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useUndelete } from "../../api/environment";
import { type Operation, useEnvironmentOperations } from "../../api/operations";
import { useMay } from "../../app/who";
import { CauseCard } from "../../components/CauseCard";
import { Failure } from "../../components/Failure";
import { Page } from "../../components/Page";
import { Prose } from "../../components/Prose";

/** A first resolution that fails leaves nothing behind but its operation. */
function unresolved(newest: Operation | undefined): Operation | null {
  return newest?.kind === "resolve" && newest.state === "failed" ? newest : null;
}

function Undelete({ name }: { name: string }) {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useUndelete(name);
  return (
    <>
      <span className="quiet">{t("console.undeletion.why")}</span>
      {error && <Failure error={error} />}
      <div>
        <Button
          loading={isPending}
          onClick={() => {
            mutate();
          }}
        >
          {t("console.undeletion.label")}
        </Button>
      </div>
    </>
  );
}

export function Gone({ name }: { name: string }) {
  const { t } = useTranslation();
  const may = useMay("operator");
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
        {newest?.kind === "remove" && may && <Undelete name={name} />}
        {failed?.cause && <CauseCard cause={failed.cause} place={place} />}
        <Flex gap="8px 24px" wrap>
          <Link to="/environments">{t("console.detail.gone.back")}</Link>
          {newest && <Link to={`/operations/${newest.id}`}>{t("console.detail.gone.last")}</Link>}
        </Flex>
      </Flex>
    </Page>
  );
}
