/** What happened to a rollout, the newest first: when, which wave, who, and on which nodes. */
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { RolloutStep } from "../../api/rollouts";
import { listed } from "../../app/figures";
import { useNow } from "../../app/now";
import { usePreferences } from "../../app/preferences";
import { momentWords } from "../../app/rollout";

const FIRST = 12;
const NAMED = 3;

/** A few names and how many more there are. */
function useNames(): (names: readonly string[], count?: number | null) => string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (names, count) => {
    const shown = listed(names.slice(0, NAMED), language);
    const more = (count ?? names.length) - Math.min(names.length, NAMED);
    return more > 0 ? t("console.rollout.and-more", { names: shown, count: more }) : shown;
  };
}

function Step({ step }: { step: RolloutStep }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const now = useNow();
  const namesOf = useNames();
  const { at, event, wave, by, revision, nodes, count, failed } = step;
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
  const more = [
    revision && t("console.rollout.of", { revision }),
    wave && t("console.rollout.wave", { wave }),
    by && t("console.rollout.by", { by }),
    nodes.length > 0 && namesOf(nodes, count),
    failed.length > 0 && t("console.rollout.failed-on", { nodes: namesOf(failed) }),
  ].filter(Boolean);
  return (
    <li>
      <time className="figures quiet" dateTime={at} title={exact.format(new Date(at))}>
        {momentWords(at, now, language)}
      </time>
      <span>
        <strong>{t(`rollout-events.${event}`, { defaultValue: event })}</strong>
        {more.length > 0 && <span className="quiet"> · {more.join(" · ")}</span>}
      </span>
    </li>
  );
}

export function RolloutStory({ steps }: { steps: readonly RolloutStep[] }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const newest = [...steps].reverse();
  return (
    <>
      <ol className="story" reversed aria-label={t("console.rollout.story")}>
        {(all ? newest : newest.slice(0, FIRST)).map((step, place) => (
          <Step key={newest.length - place} step={step} />
        ))}
      </ol>
      {!all && newest.length > FIRST && (
        <Button
          type="link"
          size="small"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("console.rollout.all-steps", { count: newest.length })}
        </Button>
      )}
    </>
  );
}
