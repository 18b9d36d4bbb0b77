/** Language and colour mode, switched in place. */
import { BgColorsOutlined, TranslationOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { type Mode, usePreferences } from "../app/preferences";
import { type Language, LANGUAGES } from "../i18n";

const MODES: Mode[] = ["system", "light", "dark"];
/** Each in its own words, for who cannot read the other. */
const NAMES: Record<Language, string> = { en: "English", "zh-CN": "简体中文" };

interface ChoiceProps<Value extends string> {
  label: string;
  icon: ReactNode;
  chosen: Value;
  options: { value: Value; label: string }[];
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, icon, chosen, options, onChoose } = props;
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{
        selectedKeys: [chosen],
        items: options.map((option) => ({
          key: option.value,
          label: option.label,
          onClick: () => {
            onChoose(option.value);
          },
        })),
      }}
    >
      <Button type="text" icon={icon} aria-label={label} aria-haspopup="menu" title={label} />
    </Dropdown>
  );
}

export function Switches() {
  const { t } = useTranslation();
  const { language, mode, setLanguage, setMode } = usePreferences();
  return (
    <>
      <Choice
        label={t("console.language")}
        icon={<TranslationOutlined aria-hidden />}
        chosen={language}
        options={LANGUAGES.map((value) => ({ value, label: NAMES[value] }))}
        onChoose={setLanguage}
      />
      <Choice
        label={t("console.mode.label")}
        icon={<BgColorsOutlined aria-hidden />}
        chosen={mode}
        options={MODES.map((value) => ({ value, label: t(`console.mode.${value}`) }))}
        onChoose={setMode}
      />
    </>
  );
}
