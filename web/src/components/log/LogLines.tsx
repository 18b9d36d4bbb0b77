/** The lines of a log, of which only those in view are on the page. */
import "./log.css";

import { VerticalAlignBottomOutlined } from "@ant-design/icons";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button } from "antd";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { usePreferences } from "../../app/preferences";
import type { Rows } from "./rows";
import type { Search } from "./search";
import { LogLine } from "./LogLine";
import { useEnd } from "./useEnd";

/** Pixels of a line that is not wrapped. */
const LINE = 20;
/** Characters that fit, for a first guess at the height of lines that were never shown. */
const COLUMNS = 120;

/** A place to go to; another object means to go there again. */
export interface Place {
  row: number;
}

interface Props {
  rows: Rows;
  search: Search;
  /** The occurrence that is looked at, -1 for none. */
  hit: number;
  /** The sequence that the address names. */
  chosen: number | null;
  place: Place | null;
  time: ((at: number) => string) | null;
  wrap: boolean;
  live: boolean;
  onChoose: (sequence: number) => void;
  /** Told which row is the first in view, for a search to begin there. */
  onTop: (row: number) => void;
  /** Instead of lines, while there are none. */
  empty: ReactNode;
}

function useWhole(): [ReadonlySet<number>, (sequence: number) => void] {
  const [whole, setWhole] = useState<ReadonlySet<number>>(new Set());
  const [open] = useState(() => (sequence: number) => {
    setWhole((before) => new Set(before).add(sequence));
  });
  return [whole, open];
}

function useLines({ rows, wrap }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const keyOf = useCallback((row: number) => rows.at(row)?.sequence ?? row, [rows]);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is memoised by it
  const lines = useVirtualizer({
    count: rows.shown.length,
    getScrollElement: () => area.current,
    estimateSize: (row) => {
      const length = wrap ? (rows.at(row)?.text.length ?? 0) : 0;
      return LINE * Math.max(1, Math.min(20, Math.ceil(length / COLUMNS)));
    },
    getItemKey: keyOf,
    overscan: 12,
  });
  return { area, lines };
}

function Missed({ missed, live, onFollow }: { missed: number; live: boolean; onFollow: () => void }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const lines = missed.toLocaleString(language);
  return (
    <div className="log-follow">
      <Button shape="round" icon={<VerticalAlignBottomOutlined aria-hidden />} onClick={onFollow}>
        {live ? t("console.log.follow") : t("console.log.to-end")}
        {missed > 0 && ` · ${t("console.log.new", { count: missed, lines })}`}
      </Button>
    </div>
  );
}

export function LogLines(props: Props) {
  const { rows, search, hit, chosen, place, time, wrap, live, onChoose, onTop, empty } = props;
  const { t } = useTranslation();
  const { area, lines } = useLines(props);
  const [whole, open] = useWhole();
  const items = lines.getVirtualItems();
  const height = lines.getTotalSize();
  const end = useEnd(area, rows.shown.length, height, place === null && chosen === null);
  const looked = hit < 0 ? -1 : (search.hits[hit] ?? -1);
  const within = hit < 0 ? -1 : search.within(hit);
  const leave = useRef(end.leave);
  useEffect(() => {
    leave.current = end.leave;
  });

  useEffect(() => {
    if (!place) return;
    leave.current();
    lines.scrollToIndex(place.row, { align: "center" });
  }, [lines, place]);

  // An occurrence far into a long line is not in view when its line is.
  useEffect(() => {
    if (!place) return undefined;
    const timer = requestAnimationFrame(() => {
      area.current?.querySelector("mark[aria-current]")?.scrollIntoView({ block: "nearest" });
    });
    return () => {
      cancelAnimationFrame(timer);
    };
  }, [area, place, looked, within]);

  useEffect(() => {
    lines.measure();
  }, [lines, wrap]);

  return (
    <div className="log-frame">
      <div
        ref={area}
        role="log"
        aria-label={t("console.log.title")}
        aria-live="off"
        tabIndex={0}
        className={wrap ? "log-lines log-wrapped" : "log-lines"}
        onScroll={() => {
          end.onScroll();
          onTop(lines.range?.startIndex ?? 0);
        }}
      >
        {rows.shown.length === 0 && empty}
        <div className="log-room" style={{ height }}>
          <div style={{ transform: `translateY(${String(items[0]?.start ?? 0)}px)` }}>
            {items.map(({ key, index }) => {
              const entry = rows.at(index);
              return (
                entry && (
                  <div key={key} ref={lines.measureElement} data-index={index}>
                    <LogLine
                      entry={entry}
                      time={time ? time(entry.at) : null}
                      search={search}
                      looked={index === looked ? within : null}
                      chosen={entry.sequence === chosen}
                      whole={whole.has(entry.sequence)}
                      onWhole={open}
                      onChoose={onChoose}
                    />
                  </div>
                )
              );
            })}
          </div>
        </div>
      </div>
      {!end.follows && <Missed missed={end.missed} live={live} onFollow={end.follow} />}
    </div>
  );
}
