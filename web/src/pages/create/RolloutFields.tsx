/** When and in what order nodes get a new revision; left alone, all of them at once. */
import { Checkbox, Input, InputNumber, Radio } from "antd";
import { useTranslation } from "react-i18next";

import { Field, FieldGroup } from "./Field";
import type { UpkeepRefusals } from "./refusals";
import type { Sync, Upkeep } from "./upkeep";

const SYNCS: readonly Sync[] = ["auto", "manual", "window"];
const USUAL_LENGTH = "4h";
const MINUTE = 60;
/** As the API bounds it: seven days. */
const LONGEST_PAUSE = 7 * 24 * 60;
const LONGEST = { cron: 100, lasts: 16, zone: 64, waves: 120, failures: 16 };

interface Props {
  value: Upkeep;
  onChange: (upkeep: Upkeep) => void;
  refused: UpkeepRefusals;
}

interface TextProps extends Props {
  part: keyof typeof LONGEST;
  example: string;
}

function TextField({ part, example, value, onChange, refused }: TextProps) {
  const { t } = useTranslation();
  const error = refused[part] ?? null;
  return (
    <Field
      label={t(`console.goes-out.${part}`)}
      hint={t(`console.goes-out.${part}-hint`)}
      error={error}
    >
      {(named) => (
        <Input
          {...named}
          value={value[part]}
          placeholder={example}
          maxLength={LONGEST[part]}
          status={error ? "error" : ""}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => {
            onChange({ ...value, [part]: target.value });
          }}
        />
      )}
    </Field>
  );
}

/** By whose clocks a window opens where nobody has said so: those of who chooses it. */
function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function When({ value, onChange }: Props) {
  const { t } = useTranslation();
  const choose = (sync: Sync) => {
    const { lasts, zone } = value;
    const window = { lasts: lasts || USUAL_LENGTH, zone: zone || ownZone() };
    onChange({ ...value, sync, ...(sync === "window" ? window : {}) });
  };
  return (
    <FieldGroup
      label={t("console.goes-out.sync")}
      hint={t(`console.goes-out.sync-hint.${value.sync}`)}
    >
      <Radio.Group
        className="choices"
        value={value.sync}
        onChange={({ target }) => {
          choose(target.value as Sync);
        }}
      >
        {SYNCS.map((sync) => (
          <Radio key={sync} value={sync}>
            {t(`console.goes-out.sync-is.${sync}`)}
          </Radio>
        ))}
      </Radio.Group>
    </FieldGroup>
  );
}

function Pause({ value, onChange, refused }: Props) {
  const { t } = useTranslation();
  return (
    <Field
      label={t("console.goes-out.pause")}
      hint={t("console.goes-out.pause-hint")}
      error={refused.wavePause ?? null}
    >
      {(named) => (
        <InputNumber<number>
          {...named}
          min={0}
          max={LONGEST_PAUSE}
          value={value.wavePause === null ? null : value.wavePause / MINUTE}
          placeholder={t("console.goes-out.no-pause")}
          onChange={(minutes) => {
            const wavePause = minutes === null ? null : Math.round(minutes * MINUTE);
            onChange({ ...value, wavePause });
          }}
        />
      )}
    </Field>
  );
}

export function RolloutFields(props: Props) {
  const { t } = useTranslation();
  const { value, onChange } = props;
  const inWaves = value.waves.trim() !== "" || value.wavePause !== null;
  const stops = inWaves || value.failures.trim() !== "" || !value.returns;
  return (
    <>
      <When {...props} />
      {value.sync === "window" && (
        <>
          <TextField part="cron" example="0 2 * * SAT" {...props} />
          <div className="placed-fields">
            <TextField part="lasts" example={USUAL_LENGTH} {...props} />
            <TextField part="zone" example="Asia/Shanghai" {...props} />
          </div>
        </>
      )}
      <TextField part="waves" example="1 10% 50%" {...props} />
      {inWaves && <Pause {...props} />}
      <TextField part="failures" example="1" {...props} />
      {stops && (
        <FieldGroup label={t("console.goes-out.stop")} hint={t("console.goes-out.returns-hint")}>
          <div className="choices">
            <Checkbox
              checked={value.returns}
              onChange={({ target }) => {
                onChange({ ...value, returns: target.checked });
              }}
            >
              {t("console.goes-out.returns")}
            </Checkbox>
          </div>
        </FieldGroup>
      )}
    </>
  );
}
