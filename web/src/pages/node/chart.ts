/** The geometry of a figure over time: from the API's stretches to lines and words. */
import type { NodeHistory } from "../../api/nodes";

type Point = NodeHistory["points"][number];

export interface Mark {
  /** Milliseconds since 1970 in the middle of a stretch. */
  at: number;
  mean: number;
  peak: number;
}

/** What a chart shows: from when to when, and how high. */
export interface Frame {
  from: number;
  to: number;
  /** The value at the top. */
  top: number;
}

const SECOND = 1_000;
/** A gap is longer than one missed stretch: minutes are written a little late at times. */
const GAP = 2.5;

export function marksOf({ points, step_seconds: step }: NodeHistory): Mark[] {
  const half = (step * SECOND) / 2;
  return points.map(({ at, mean, peak }: Point) => ({ at: Date.parse(at) + half, mean, peak }));
}

/** Cuts marks where the node was away. */
export function stretchesOf(marks: readonly Mark[], stepSeconds: number): Mark[][] {
  const stretches: Mark[][] = [];
  let before: Mark | null = null;
  for (const mark of marks) {
    const near = before !== null && mark.at - before.at <= GAP * stepSeconds * SECOND;
    if (near) stretches.at(-1)?.push(mark);
    else stretches.push([mark]);
    before = mark;
  }
  return stretches;
}

/** So many points are as much as a chart's width can show. */
const SHOWN = 160;

/** Merges neighbours where there are more marks than can be told apart; peaks stay. */
export function thinned(stretches: Mark[][], most = SHOWN): Mark[][] {
  const total = stretches.reduce((sum, { length }) => sum + length, 0);
  const size = Math.ceil(total / most);
  if (size <= 1) return stretches;
  return stretches.map((stretch) => {
    const groups = Math.ceil(stretch.length / size);
    return Array.from({ length: groups }, (_, place) =>
      together(stretch.slice(place * size, (place + 1) * size)),
    );
  });
}

function together(marks: readonly Mark[]): Mark {
  const { mean, peak } = summaryOf(marks) ?? { mean: 0, peak: 0 };
  const [first, last] = [marks[0]?.at ?? 0, marks.at(-1)?.at ?? 0];
  return { at: (first + last) / 2, mean, peak };
}

/** Where something is in a frame of 100 by 100, its top being 0. */
export function placeIn({ from, to, top }: Frame, at: number, value: number): [number, number] {
  const x = to > from ? ((at - from) / (to - from)) * 100 : 0;
  const y = top > 0 ? (1 - Math.min(1, Math.max(0, value / top))) * 100 : 100;
  return [round(x), round(y)];
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A stretch as an SVG path; a single mark is a short dash, which would not be seen else. */
export function lineOf(stretch: readonly Mark[], frame: Frame, of: "mean" | "peak"): string {
  const [first] = stretch;
  if (!first) return "";
  const places = stretch.map((mark) => placeIn(frame, mark.at, mark[of]));
  const path = `M${places.map(([x, y]) => `${String(x)} ${String(y)}`).join("L")}`;
  return stretch.length === 1 ? `${path}h0.4` : path;
}

/** What lies below a stretch. */
export function areaOf(stretch: readonly Mark[], frame: Frame): string {
  const [first, last] = [stretch[0], stretch.at(-1)];
  if (!first || !last || first === last) return "";
  const [left] = placeIn(frame, first.at, 0);
  const [right] = placeIn(frame, last.at, 0);
  return `${lineOf(stretch, frame, "mean")}L${String(right)} 100L${String(left)} 100Z`;
}

/** The mark that is nearest to a moment; null where there is none near. */
export function nearest(
  marks: readonly Mark[],
  at: number,
  stepSeconds: number,
): Mark | null {
  let found: Mark | null = null;
  for (const mark of marks)
    if (!found || Math.abs(mark.at - at) < Math.abs(found.at - at)) found = mark;
  return found && Math.abs(found.at - at) <= GAP * stepSeconds * SECOND ? found : null;
}

export interface Summary {
  mean: number;
  peak: number;
}

/** What marks come to; null of none. */
export function summaryOf(marks: readonly Mark[]): Summary | null {
  if (marks.length === 0) return null;
  const mean = marks.reduce((sum, mark) => sum + mark.mean, 0) / marks.length;
  return { mean, peak: Math.max(...marks.map(({ peak }) => peak)) };
}
