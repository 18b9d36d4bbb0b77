/** A log as plain text, to paste or to keep. */
import type { Entry } from "./buffer";

/** Says how many lines a gap left out. */
export type SayGap = (left: number) => string;

/** The lines as they are shown. */
export function copied(
  entries: readonly Entry[],
  time: ((at: number) => string) | null,
  gap: SayGap,
): string {
  return entries
    .map(({ at, text, left }) => {
      if (left > 0) return gap(left);
      return time ? `${time(at)}  ${text}` : text;
    })
    .join("\n");
}

/** The lines with all that is known of them, their times in UTC. */
export function kept(entries: readonly Entry[], gap: SayGap): string {
  const lines = entries.map(({ at, step, text, left }) => {
    if (left > 0) return gap(left);
    return `${new Date(at).toISOString()} [${step}] ${text}`;
  });
  return lines.map((line) => `${line}\n`).join("");
}
