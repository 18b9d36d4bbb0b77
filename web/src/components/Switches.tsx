/** Language and colour mode, switched in place. */
import { BgColorsOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";

import { type Mode, usePreferences } from "../app/preferences";
import { type Language, LANGUAGES } from "../i18n";

const MODES: Mode[] = ["system", "light", "dark"];
const NAMES: Record<Language, string> = { en: "English", "zh-CN": "简体中文" };

export function Switches() {
  const { t } = useTranslation();
  const { language, mode, setLanguage, setMode } = usePreferences();
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectedKeys: [language],
          items: LANGUAGES.map((key) => ({
            key,
            label: NAMES[key],
            onClick: () => {
              setLanguage(key);
            },
          })),
        }}
      >
        <Button type="text" icon={<TranslationOutlined />} aria-label={t("console.language")} />
      </Dropdown>
      <Dropdown
        trigger={["click"]}
        menu={{
          selectedKeys: [mode],
          items: MODES.map((key) => ({
            key,
            label: t(`console.mode.${key}`),
            onClick: () => {
              setMode(key);
            },
          })),
        }}
      >
        <Button type="text" icon={<BgColorsOutlined />} aria-label={t("console.mode.label")} />
      </Dropdown>
    </>
  );
}
