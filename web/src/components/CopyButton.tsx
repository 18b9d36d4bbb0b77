/** Copies a text, which is made when it is asked for; also where a page has no clipboard. */
import { Typography } from "antd";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  text: () => string;
}

export function CopyButton({ label, text }: Props) {
  const { t } = useTranslation();
  return <Typography.Text copyable={{ text, tooltips: [label, t("console.copied")] }} />;
}
