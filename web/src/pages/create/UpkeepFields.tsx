/** How an environment is kept, which is part of no revision; left empty, the controller decides. */
import { InputNumber } from "antd";
import { useTranslation } from "react-i18next";

import type { Draft } from "./draft";
import { Field } from "./Field";

/** As the API bounds it. */
const MOST_KEPT = 100;

type Upkeep = Pick<Draft, "keep">;

interface Props {
  draft: Upkeep;
  change: (part: Partial<Upkeep>) => void;
}

export function UpkeepFields({ draft, change }: Props) {
  const { t } = useTranslation();
  return (
    <Field label={t("console.upkeep.keep")} hint={t("console.upkeep.keep-hint")}>
      {(named) => (
        <InputNumber<number>
          {...named}
          min={0}
          max={MOST_KEPT}
          precision={0}
          value={draft.keep}
          placeholder={t("console.upkeep.usual")}
          onChange={(keep) => {
            change({ keep });
          }}
        />
      )}
    </Field>
  );
}
