/**
 * An operation's log: read, followed while it grows, searched, kept.
 *
 * Its address says what is looked at: `q` is searched for, `step` is shown alone, `line`
 * is where to look. Lines are text, whatever a package printed.
 */
import { useCallback, useDeferredValue, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "../../app/preferences";
import { recall, remember } from "../../app/storage";
import { Failure } from "../Failure";
import type { Log, Seen } from "./Log";
import { LogFoot } from "./LogFoot";
import { LogLines, type Place } from "./LogLines";
import { LogSearch } from "./LogSearch";
import { LogTools } from "./LogTools";
import { copied, kept, type SayGap } from "./plain";
import { timeOf, type Times, TIMES } from "./times";
import { useLog } from "./useLog";
import { useLogWish } from "./wish";

/** How this browser's viewer likes logs. */
function useTaste() {
  const [times, setTimes] = useState<Times>(
    () => TIMES.find((each) => each === recall("log.times")) ?? "off",
  );
  const [wrap, setWrap] = useState(() => recall("log.wrap") !== "no");
  return {
    times,
    onTimes: (next: Times) => {
      remember("log.times", next);
      setTimes(next);
    },
    wrap,
    onWrap: (next: boolean) => {
      remember("log.wrap", next ? "yes" : "no");
      setWrap(next);
    },
  };
}

/** What is looked at among the lines: what the address names, what is found. */
function useLooking(log: Log) {
  const [wish, change] = useLogWish();
  const query = useDeferredValue(wish.query);
  const { rows, search } = log.look(wish.step, query);
  const top = useRef(0);
  const [from, setFrom] = useState(0);
  const [at, setAt] = useState({ search, hit: -1 });
  const [place, setPlace] = useState<Place | null>(null);
  const [reached, setReached] = useState<number | null>(null);

  const go = (hit: number) => {
    setAt({ search, hit });
    const row = search.hits[hit];
    if (row !== undefined) setPlace({ row });
  };
  // The line of the address is gone to once it has come, and so is the first that is found.
  const { chosen } = wish;
  const chosenRow = chosen === null ? -1 : rows.rowOf(chosen);
  if (chosen !== reached && (chosen === null || chosenRow >= 0)) {
    setReached(chosen);
    if (chosenRow >= 0) setPlace({ row: chosenRow });
  }
  const hit = at.search === search ? at.hit : -1;
  if (hit < 0 && search.hits.length > 0 && chosen === null) go(search.from(from));

  const onQuery = (q: string) => {
    if (!wish.query) setFrom(top.current); // while more is typed, still from where it began
    change({ q, line: null });
  };
  const onChoose = useCallback(
    (sequence: number) => {
      const next = sequence === chosen ? null : sequence;
      setReached(next);
      change({ line: next === null ? null : String(next + 1) });
    },
    [chosen, change, setReached],
  );
  const onTop = useCallback((row: number) => {
    top.current = row;
  }, []);
  return { wish, change, rows, search, hit, place, go, onQuery, onChoose, onTop };
}

export function OperationLog({ operation }: { operation: string }) {
  return <OneLog key={operation} operation={operation} />;
}

function OneLog({ operation }: { operation: string }) {
  const [log, seen] = useLog(operation);
  if (seen.state === "refused") return <Failure error={seen.error} />;
  return <Shown log={log} seen={seen} operation={operation} />;
}

function Shown({ log, seen, operation }: { log: Log; seen: Seen; operation: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const taste = useTaste();
  const { wish, change, rows, search, hit, place, go, ...on } = useLooking(log);
  const { entries, steps, lines } = log.buffer;
  const time = timeOf(taste.times, entries[0]?.at ?? 0, language);
  const gap: SayGap = (left) =>
    t("console.log.left-out", { count: left, lines: left.toLocaleString(language) });
  const ended = seen.state === "ended";
  const turn = (by: 1 | -1) => {
    const { length } = search.hits;
    if (length > 0) go(hit < 0 ? search.from(0) : (hit + by + length) % length);
  };
  return (
    <section className="log" aria-label={t("console.log.title")}>
      <div className="log-tools">
        <LogSearch
          query={wish.query}
          hit={hit}
          hits={search.hits.length}
          onQuery={on.onQuery}
          onTurn={turn}
        />
        <LogTools
          {...taste}
          steps={steps}
          step={wish.step}
          onStep={(step) => {
            change({ step });
          }}
          shown={() => copied(rows.shown.flatMap((position) => entries[position] ?? []), time, gap)}
          all={() => kept(entries, gap)}
          file={`venvoy-${operation}.log`}
        />
      </div>
      <LogLines
        rows={rows}
        search={search}
        hit={hit}
        chosen={wish.chosen}
        place={place}
        time={time}
        wrap={taste.wrap}
        live={!ended}
        onTop={on.onTop}
        onChoose={on.onChoose}
        empty={<Nothing ended={ended} filtered={lines > 0} />}
      />
      <LogFoot state={seen.state} lines={lines} shown={rows.lines} />
    </section>
  );
}

function Nothing({ ended, filtered }: { ended: boolean; filtered: boolean }) {
  const { t } = useTranslation();
  const said = filtered ? "no-step" : ended ? "empty" : "waiting";
  return <p className="log-empty">{t(`console.log.${said}`)}</p>;
}
