/** A list whose order rests while somebody points at it, however often it is renewed. */
import { type FocusEvent, type PointerEvent, useState } from "react";

export interface Held<Row> {
  rows: Row[];
  /** The keys of rows that the list has no more; they are shown as they were last known. */
  gone: ReadonlySet<string>;
  /** Whether the list is now another one than what is shown. */
  behind: boolean;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Lays fresh rows over those that are shown: the same rows in the same places, each as
 * it is now.
 */
export function hold<Row>(shown: Row[], fresh: Row[], keyOf: (row: Row) => string): Held<Row> {
  const now = new Map(fresh.map((row) => [keyOf(row), row]));
  const keys = shown.map(keyOf);
  const gone = new Set(keys.filter((key) => !now.has(key)));
  const behind = keys.length !== fresh.length || fresh.some((row, at) => keyOf(row) !== keys[at]);
  return {
    rows: shown.map((row) => now.get(keyOf(row)) ?? row),
    gone: gone.size > 0 ? gone : NOBODY,
    behind,
  };
}

/** Which hand is at the list: a mouse within it, or the keyboard's focus. */
interface Hands {
  onPointerEnter: (event: PointerEvent) => void;
  onPointerLeave: () => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
  onBlur: (event: FocusEvent<HTMLElement>) => void;
}

function useHands(): [busy: boolean, Hands] {
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  return [
    pointed || focused,
    {
      onPointerEnter: ({ pointerType }) => {
        setPointed(pointerType === "mouse");
      },
      onPointerLeave: () => {
        setPointed(false);
      },
      // The focus that a click leaves behind is nobody's hand.
      onFocus: ({ target }) => {
        setFocused(target.matches(":focus-visible"));
      },
      onBlur: ({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) setFocused(false);
      },
    },
  ];
}

function same<Row>(these: Row[], those: Row[]): boolean {
  return these.length === those.length && these.every((row, at) => row === those[at]);
}

/**
 * Keeps rows in their places while a hand is at them.
 *
 * @param list names what was asked for: the answer to another question is shown at once;
 *   null while that is on its way.
 */
export function useHeld<Row>(
  list: string | null,
  fresh: Row[],
  keyOf: (row: Row) => string,
): Held<Row> & { hands: Hands; show: () => void } {
  const [atWork, hands] = useHands();
  const [shown, setShown] = useState({ list, rows: fresh });
  const free = !atWork || (list !== null && list !== shown.list);
  const held = free ? { rows: fresh, gone: NOBODY, behind: false } : hold(shown.rows, fresh, keyOf);
  // Kept while held, too: what goes away later is then shown as it was last.
  const next = { list: list ?? shown.list, rows: held.rows };
  if (!same(next.rows, shown.rows) || next.list !== shown.list) setShown(next);
  const show = () => {
    setShown({ ...next, rows: fresh });
  };
  return { ...held, hands, show };
}
