/** No such node: said, with the way back. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Page } from "../../components/Page";
import { Prose } from "../../components/Prose";

export function Gone({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Page title={t("console.node.gone.title")} tab={name}>
      <Flex vertical gap={16} className="panel">
        <span role="status">
          <Prose text={t("console.node.gone.text", { name })} />
        </span>
        <Link to="/nodes">{t("console.node.gone.back")}</Link>
      </Flex>
    </Page>
  );
}
