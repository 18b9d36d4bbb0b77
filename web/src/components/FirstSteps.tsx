/** What an empty installation shows: the one command that makes the first environment. */
import { Flex } from "antd";
import { useTranslation } from "react-i18next";

import { Command } from "./Command";

export function FirstSteps() {
  const { t } = useTranslation();
  return (
    <Flex vertical gap={12} className="panel" component="section">
      <h2 style={{ fontSize: 18, margin: 0 }}>{t("console.first-steps.title")}</h2>
      <span>{t("console.first-steps.create")}</span>
      <Command>{'venvoy env create web -p "fastapi[standard]" -p sqlalchemy --wait'}</Command>
      <span>{t("console.first-steps.use")}</span>
      <Command>{'venvoy run web -- python -c "import fastapi, sqlalchemy"'}</Command>
    </Flex>
  );
}
