/** When a line was printed: the time of day where the viewer is, or how long after the first. */

export const TIMES = ["off", "since", "clock"] as const;
export type Times = (typeof TIMES)[number];

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** `0:07.250`, `12:07.250`, `1:12:07.250`. */
export function since(milliseconds: number): string {
  const rest = Math.max(0, milliseconds);
  const hours = Math.floor(rest / HOUR);
  const minutes = Math.floor((rest % HOUR) / MINUTE);
  const seconds = ((rest % MINUTE) / 1_000).toFixed(3).padStart(6, "0");
  if (hours === 0) return `${String(minutes)}:${seconds}`;
  return `${String(hours)}:${String(minutes).padStart(2, "0")}:${seconds}`;
}

/** Returns how to say a moment; formatters are dear, so ask once for many lines. */
export function clockOf(language: string, zone?: string): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
    ...(zone ? { timeZone: zone } : {}),
  });
  return (at) => format.format(at);
}

/** Returns how a line's time is shown; null where it is not. */
export function timeOf(
  times: Times,
  first: number,
  language: string,
): ((at: number) => string) | null {
  if (times === "off") return null;
  return times === "clock" ? clockOf(language) : (at) => since(at - first);
}
