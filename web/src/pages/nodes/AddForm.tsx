/** For how many machines a join token is, and for how long. */
import { Button, InputNumber, Radio } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";

import type { useCreateNodeToken } from "../../api/nodeTokens";
import { duration } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Failure } from "../../components/Failure";
import { randomKey } from "../create/attempt";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Seconds. */
const SPANS = [HOUR, DAY, 7 * DAY, 30 * DAY];
const MOST_USES = 100_000;

interface Props {
  creation: ReturnType<typeof useCreateNodeToken>;
  onClose: () => void;
}

export function AddForm({ creation, onClose }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const field = useId();
  const [uses, setUses] = useState(1);
  const [expires, setExpires] = useState(DAY);
  const [key] = useState(randomKey);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (creation.isPending) return;
    creation.mutate({ wish: { uses, expires_in_seconds: expires }, key: `${key}-${String(uses)}-${String(expires)}` });
  };
  return (
    <form className="add-node" onSubmit={submit}>
      <p>{t("console.nodes.add.why")}</p>
      <div>
        <label className="add-name" htmlFor={field}>
          {t("console.nodes.add.uses")}
        </label>
        <InputNumber<number>
          id={field}
          className="add-uses"
          autoFocus
          min={1}
          max={MOST_USES}
          precision={0}
          value={uses}
          onChange={(value) => {
            setUses(value ?? 1);
          }}
        />
      </div>
      <fieldset>
        <legend>{t("console.nodes.add.expires")}</legend>
        <Radio.Group
          value={expires}
          onChange={({ target }) => {
            setExpires(Number(target.value));
          }}
          options={SPANS.map((span) => ({ value: span, label: duration(span * 1_000, language) }))}
        />
      </fieldset>
      {creation.isError && <Failure error={creation.error} />}
      <div className="add-foot">
        <Button onClick={onClose}>{t("console.nodes.cancel")}</Button>
        <Button type="primary" htmlType="submit" loading={creation.isPending}>
          {t("console.nodes.add.make")}
        </Button>
      </div>
    </form>
  );
}
