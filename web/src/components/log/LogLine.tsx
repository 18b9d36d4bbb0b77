/** One line of a log, as text whatever is in it; or the gap where lines were left out. */
import { memo } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "../../app/preferences";
import type { Entry } from "./buffer";
import type { Search } from "./search";

/** Characters that are shown of a line until it is opened. */
export const SHORT = 2_000;

interface Props {
  entry: Entry;
  time: string | null;
  search: Search;
  /** Which occurrence of what is searched for is looked at; null where it is not in this line. */
  looked: number | null;
  /** Somebody sent the address of this line. */
  chosen: boolean;
  whole: boolean;
  onWhole: (sequence: number) => void;
  onChoose: (sequence: number) => void;
}

function Gap({ left }: { left: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const lines = left.toLocaleString(language);
  return <div className="log-gap">{t("console.log.left-out", { count: left, lines })}</div>;
}

function Text({ entry, search, looked, whole, onWhole }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { text, sequence } = entry;
  const short = text.length > SHORT && !whole && looked === null;
  return (
    <span className="log-text">
      {search.parts(short ? text.slice(0, SHORT) : text).map((part, index) =>
        part.hit === null ? (
          part.text
        ) : (
          <mark key={index} {...(part.hit === looked ? { "aria-current": true } : {})}>
            {part.text}
          </mark>
        ),
      )}
      {short && (
        <>
          {"… "}
          <button
            type="button"
            className="log-whole"
            onClick={() => {
              onWhole(sequence);
            }}
          >
            {t("console.log.whole", { characters: text.length.toLocaleString(language) })}
          </button>
        </>
      )}
    </span>
  );
}

export const LogLine = memo(function LogLine(props: Props) {
  const { t } = useTranslation();
  const { entry, time, chosen, onChoose } = props;
  const { sequence, step, left } = entry;
  if (left > 0) return <Gap left={left} />;
  const number = sequence + 1;
  return (
    <div className="log-line" {...(chosen ? { "aria-current": "location" as const } : {})}>
      <button
        type="button"
        className="log-number"
        tabIndex={-1}
        title={t("console.log.choose")}
        aria-label={t("console.log.line", { number })}
        onClick={() => {
          onChoose(sequence);
        }}
      >
        {number}
      </button>
      {time !== null && (
        <time className="log-time" dateTime={new Date(entry.at).toISOString()}>
          {time}
        </time>
      )}
      <span className="log-step">{t(`console.log.steps.${step}`, { defaultValue: step })}</span>
      <Text {...props} />
    </div>
  );
});
