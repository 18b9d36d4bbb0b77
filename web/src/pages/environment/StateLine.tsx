/** The environment's state with its reason, kept up to date and read out when it changes. */
import { useTranslation } from "react-i18next";

import { causeWords } from "../../api/cause";
import type { Environment } from "../../api/environment";
import { useNow } from "../../app/now";
import { reasonWords } from "../../app/rollout";
import { Prose } from "../../components/Prose";
import { StateTag } from "../../components/StateTag";
import { sentenceOf } from "./sentence";

export function StateLine({ environment }: { environment: Environment }) {
  const { t, i18n } = useTranslation();
  const { key, params, cause } = sentenceOf(environment);
  const now = useNow();
  const reason = environment.rollout ? reasonWords(environment.rollout, now, i18n) : "";
  const said = t(`console.detail.sentence.${key}`, { ...params, reason });
  const why = cause && causeWords(cause, i18n).message;
  return (
    <p className="state-line" role="status">
      <StateTag state={environment.state} />
      <span>
        <Prose text={why ? t("console.detail.because", { said, why }) : said} />
      </span>
    </p>
  );
}
