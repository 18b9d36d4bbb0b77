/** Numbers for people, in their language. */

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
const STEP = 1000;

/** @param digits after the point, at most. */
export function bytes(count: number, language: string, digits = 1): string {
  let amount = count;
  let unit = 0;
  while (amount >= STEP && unit < UNITS.length - 1) {
    amount /= STEP;
    unit += 1;
  }
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: unit === 0 ? 0 : digits,
  }).format(amount);
}

const SECOND = 1_000;
const CLOCK = [
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How long something took, in its two largest units: "1 min 5 sec"; tenths below ten seconds. */
export function duration(milliseconds: number, language: string): string {
  const say = (unit: string, amount: number, digits = 0) =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: "short",
      maximumFractionDigits: digits,
    }).format(amount);
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 10) return say("second", tenths, 1);
  const seconds = Math.round(milliseconds / SECOND);
  const first = CLOCK.findIndex(([, length]) => seconds >= length);
  const [large, small] = [CLOCK[first], CLOCK[first + 1]];
  if (!large) return say("second", seconds);
  const rest = small ? Math.floor((seconds % large[1]) / small[1]) : 0;
  const parts = [say(large[0], Math.floor(seconds / large[1]))];
  if (small && rest > 0) parts.push(say(small[0], rest));
  return parts.join(" ");
}

/** A whole percentage from 0 to 100; nothing of nothing is 0. */
export function share(done: number, total: number): number {
  if (total <= 0) return 0;
  return Math.min(100, Math.max(0, Math.round((done / total) * 100)));
}

/** A Python as people write it: `==3.13.*` is 3.13; a range stays as it is. */
export function pythonShown(specifier: string): string {
  return /^==(\d+(?:\.\d+)+)(?:\.\*)?$/.exec(specifier)?.[1] ?? specifier;
}

const SPANS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago a moment was, as "5 minutes ago"; what is to come counts as now. */
export function age(moment: string, now: number, language: string): string {
  const seconds = Math.max(0, (now - Date.parse(moment)) / 1000);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, length] of SPANS) {
    if (seconds >= length) return format.format(-Math.floor(seconds / length), unit);
  }
  return format.format(0, "second");
}

/** Names one after the other, set apart as the language does. */
export function listed(names: readonly string[], language: string): string {
  return names.join(language.startsWith("zh") ? "、" : ", ");
}
