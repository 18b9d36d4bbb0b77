/** Language and colour mode, switched in place. */
import { BgColorsOutlined, TranslationOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";

import { type Mode, usePreferences } from "../app/preferences";
import { type Language, LANGUAGES } from "../i18n";
import { MenuButton } from "./MenuButton";

const MODES: Mode[] = ["system", "light", "dark"];
/** Each in its own words, for who cannot read the other. */
const NAMES: Record<Language, string> = { en: "English", "zh-CN": "简体中文" };

export function Switches() {
  const { t } = useTranslation();
  const { language, mode, setLanguage, setMode } = usePreferences();
  return (
    <>
      <MenuButton
        aria-label={t("console.language")}
        title={t("console.language")}
        icon={<TranslationOutlined aria-hidden />}
        chosen={language}
        items={LANGUAGES.map((key) => ({
          key,
          label: <span lang={key}>{NAMES[key]}</span>,
          onClick: () => {
            setLanguage(key);
          },
        }))}
      />
      <MenuButton
        aria-label={t("console.mode.label")}
        title={t("console.mode.label")}
        icon={<BgColorsOutlined aria-hidden />}
        chosen={mode}
        items={MODES.map((key) => ({
          key,
          label: t(`console.mode.${key}`),
          onClick: () => {
            setMode(key);
          },
        }))}
      />
    </>
  );
}
