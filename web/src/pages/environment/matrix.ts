/** Moving about in a grid of so many columns, whose last row may be short. */

/** Returns where a key leads to from a place; null for a key that leads nowhere. */
export function placeAfter(
  key: string,
  place: number,
  { count, columns }: { count: number; columns: number },
): number | null {
  const last = count - 1;
  const to: Record<string, number> = {
    ArrowLeft: place - 1,
    ArrowRight: place + 1,
    ArrowUp: place - columns < 0 ? place : place - columns,
    ArrowDown: place + columns > last ? place : place + columns,
    Home: 0,
    End: last,
  };
  const wanted = to[key];
  if (wanted === undefined || count === 0) return null;
  return Math.min(last, Math.max(0, wanted));
}
