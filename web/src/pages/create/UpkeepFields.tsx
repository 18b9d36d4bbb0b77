/** How an environment is kept, which is part of no revision; left empty, the controller decides. */
import { Flex, Input, InputNumber, Radio } from "antd";
import { useTranslation } from "react-i18next";

import { Field, FieldGroup } from "./Field";
import type { UpkeepRefusals } from "./refusals";
import { DRIFT_POLICIES, type Upkeep } from "./upkeep";

/** As the API bounds them. */
const MOST = { keep: 100, timeout: 3_600, grace: 3_600, afterTimeout: 3_600, coolDown: 365 };
const LEAST = { keep: 0, timeout: 1, grace: 0, afterTimeout: 1, coolDown: 0 };
const LONGEST_COMMAND = 2_000;

interface Props {
  value: Upkeep;
  onChange: (upkeep: Upkeep) => void;
  refused: UpkeepRefusals;
}

type Number_ = keyof typeof MOST;
type Text = "checks" | "command" | "units" | "after" | "webhook" | "coolDownExcept";

/** Under which key a part has its words. */
function keyOf(part: Number_ | Text): string {
  return `console.upkeep.${part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function NumberField({ part, value, onChange, refused }: Props & { part: Number_ }) {
  const { t } = useTranslation();
  return (
    <Field
      label={t(keyOf(part))}
      hint={t(`${keyOf(part)}-hint`)}
      error={refused[part] ?? null}
    >
      {(named) => (
        <InputNumber<number>
          {...named}
          min={LEAST[part]}
          max={MOST[part]}
          precision={0}
          value={value[part]}
          placeholder={t("console.upkeep.usual")}
          onChange={(number) => {
            onChange({ ...value, [part]: number });
          }}
        />
      )}
    </Field>
  );
}

interface TextProps extends Props {
  part: Text;
  example: string;
}

function TextField({ part, example, value, onChange, refused }: TextProps) {
  const { t } = useTranslation();
  return (
    <Field
      label={t(keyOf(part))}
      hint={t(`${keyOf(part)}-hint`)}
      error={refused[part] ?? null}
    >
      {(named) => (
        <Input
          {...named}
          value={value[part]}
          placeholder={example}
          maxLength={LONGEST_COMMAND}
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

function DriftField({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <FieldGroup label={t("console.upkeep.drift")} hint={t("console.upkeep.drift-hint")}>
      <Radio.Group
        value={value.drift}
        onChange={({ target }) => {
          const drift = DRIFT_POLICIES.find((each) => each === target.value);
          if (drift) onChange({ ...value, drift });
        }}
      >
        <Flex vertical gap={4}>
          {DRIFT_POLICIES.map((each) => (
            <Radio key={each} value={each}>
              {t(`console.upkeep.drift-${each}`)}
            </Radio>
          ))}
        </Flex>
      </Radio.Group>
    </FieldGroup>
  );
}

export function UpkeepFields(props: Props) {
  return (
    <>
      <NumberField part="keep" {...props} />
      <TextField part="checks" example="numpy app.main" {...props} />
      <TextField part="command" example="python -m app --self-test" {...props} />
      <NumberField part="timeout" {...props} />
      <NumberField part="grace" {...props} />
      <TextField part="units" example="crawler web@1.service" {...props} />
      <TextField part="after" example="python -m app --announce" {...props} />
      <NumberField part="afterTimeout" {...props} />
      <TextField part="webhook" example="https://hooks.example.org/venvoy" {...props} />
      <NumberField part="coolDown" {...props} />
      <TextField part="coolDownExcept" example="our-package" {...props} />
      <DriftField {...props} />
    </>
  );
}
