/** What differs between two states of a document, a line each (`domain/difference.py`). */

type Fields = Readonly<Record<string, unknown>>;

const MOST = 20;
const SHOWN = 200;

export function describe(before: Fields, after: Fields): string[] {
  const lines = fieldsOf(before, after).flatMap((name) => field(name, before[name], after[name]));
  const cut =
    lines.length > MOST
      ? [...lines.slice(0, MOST - 1), `… +${String(lines.length - MOST + 1)}`]
      : lines;
  return cut.map((line) => line.slice(0, SHOWN));
}

function fieldsOf(before: Fields, after: Fields): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function field(name: string, old: unknown, now: unknown): string[] {
  if (JSON.stringify(old) === JSON.stringify(now)) return [];
  if (Array.isArray(old) && Array.isArray(now)) {
    const came = now
      .filter((each) => !old.includes(each))
      .map((each) => `${name}: + ${String(each)}`);
    return [
      ...came,
      ...old.filter((each) => !now.includes(each)).map((each) => `${name}: - ${String(each)}`),
    ];
  }
  if (isFields(old) && isFields(now)) {
    return fieldsOf(old, now).flatMap((key) => field(`${name}.${key}`, old[key], now[key]));
  }
  return [`${name}: ${word(old)} → ${word(now)}`];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function word(value: unknown): string {
  return value === null || value === undefined || value === "" ? "–" : String(value as string);
}
