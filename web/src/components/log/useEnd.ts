/**
 * Staying at the end of what grows, until somebody scrolls up.
 *
 * Coming back to the end by hand follows again. The place moves down as measures replace
 * estimates, and never up by itself but when the content shrinks, which ends at its end.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** Pixels from the end that still count as the end. */
const NEAR = 24;

export interface End {
  /** Whether new lines stay in view. */
  follows: boolean;
  /** How many came since it stopped. */
  missed: number;
  onScroll: () => void;
  follow: () => void;
  leave: () => void;
}

export function useEnd(
  area: RefObject<HTMLElement | null>,
  rows: number,
  height: number,
  first: boolean,
): End {
  const [left, setLeft] = useState<number | null>(first ? null : 0);
  const before = useRef(0);
  const follows = left === null;

  useLayoutEffect(() => {
    const { current } = area;
    if (follows && current) current.scrollTo({ top: current.scrollHeight });
  }, [area, follows, rows, height]);

  const onScroll = () => {
    const { current } = area;
    if (!current) return;
    const { scrollTop, scrollHeight, clientHeight } = current;
    const atEnd = scrollHeight - scrollTop - clientHeight <= NEAR;
    const up = scrollTop < before.current - 1;
    before.current = scrollTop;
    if (atEnd && !up) setLeft(null);
    else if (up && !atEnd && follows) setLeft(rows);
  };
  const follow = useCallback(() => {
    setLeft(null);
  }, []);
  return {
    follows,
    missed: follows ? 0 : Math.max(0, rows - left),
    onScroll,
    follow,
    leave: () => {
      if (follows) setLeft(rows);
    },
  };
}
