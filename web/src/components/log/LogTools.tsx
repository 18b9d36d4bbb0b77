/** What can be done with a log beside reading it. */
import { CopyOutlined, DownloadOutlined, EnterOutlined } from "@ant-design/icons";
import { Button, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { copyText, saveText } from "../../app/handover";
import { usePreferences } from "../../app/preferences";
import { type Times, TIMES } from "./times";

interface Props {
  /** How many lines each step printed. */
  steps: ReadonlyMap<string, number>;
  step: string;
  onStep: (step: string) => void;
  times: Times;
  onTimes: (times: Times) => void;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  /** What is shown, as text; made when it is asked for. */
  shown: () => string;
  /** All there is, as text. */
  all: () => string;
  file: string;
}

const SAID = 3_000;

export function StepChoice({ steps, step, onStep }: Pick<Props, "steps" | "step" | "onStep">) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const known = steps.has(step) || !step ? steps : new Map([...steps, [step, 0]]);
  return (
    <Select
      aria-label={t("console.log.step")}
      value={step}
      onChange={onStep}
      popupMatchSelectWidth={false}
      style={{ minWidth: 130 }}
      options={[
        { value: "", label: t("console.log.all-steps") },
        ...[...known].map(([value, lines]) => ({
          value,
          label: `${t(`console.log.steps.${value}`, { defaultValue: value })} (${lines.toLocaleString(language)})`,
        })),
      ]}
    />
  );
}

function TimesChoice({ times, onTimes }: Pick<Props, "times" | "onTimes">) {
  const { t } = useTranslation();
  return (
    <Select<Times>
      aria-label={t("console.log.times.label")}
      value={times}
      onChange={onTimes}
      popupMatchSelectWidth={false}
      style={{ minWidth: 120 }}
      options={TIMES.map((value) => ({ value, label: t(`console.log.times.${value}`) }))}
    />
  );
}

/** Copies, and says how that went where the button is. */
function Copy({ shown }: Pick<Props, "shown">) {
  const { t } = useTranslation();
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(setSaid, SAID, "");
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  const label = t("console.log.copy");
  const copy = async () => {
    setSaid((await copyText(shown())) ? "copied" : "not-copied");
  };
  return (
    <>
      <span role="status" className="log-count">
        {said && t(`console.log.${said}`)}
      </span>
      <Button
        type="text"
        icon={<CopyOutlined aria-hidden />}
        aria-label={label}
        title={label}
        onClick={() => void copy()}
      />
    </>
  );
}

export function LogTools({ steps, step, onStep, times, onTimes, wrap, onWrap, ...rest }: Props) {
  const { t } = useTranslation();
  const download = t("console.log.download");
  const wrapping = t("console.log.wrap");
  return (
    <>
      <StepChoice steps={steps} step={step} onStep={onStep} />
      <TimesChoice times={times} onTimes={onTimes} />
      <div className="log-acts">
        <Copy shown={rest.shown} />
        <Button
          type={wrap ? "default" : "text"}
          icon={<EnterOutlined aria-hidden />}
          aria-label={wrapping}
          aria-pressed={wrap}
          title={wrapping}
          onClick={() => {
            onWrap(!wrap);
          }}
        />
        <Button
          type="text"
          icon={<DownloadOutlined aria-hidden />}
          aria-label={download}
          title={download}
          onClick={() => {
            saveText(rest.file, rest.all());
          }}
        />
      </div>
    </>
  );
}
