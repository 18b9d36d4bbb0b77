/** What an empty installation shows: the one command that makes the first environment. */
import { Card, Flex, Typography } from "antd";
import { useTranslation } from "react-i18next";

import { Command } from "./Command";

export function FirstSteps() {
  const { t } = useTranslation();
  return (
    <Card>
      <Flex vertical gap={12}>
        <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
          {t("console.first-steps.title")}
        </Typography.Title>
        <Typography.Text>{t("console.first-steps.create")}</Typography.Text>
        <Command>{'venvoy env create web -p "fastapi[standard]" -p sqlalchemy --wait'}</Command>
        <Typography.Text>{t("console.first-steps.use")}</Typography.Text>
        <Command>{'venvoy run web -- python -c "import fastapi, sqlalchemy"'}</Command>
      </Flex>
    </Card>
  );
}
