import { expect, test } from "vitest";

import { areaOf, lineOf, marksOf, nearest, placeIn, stretchesOf, summaryOf, thinned } from "./chart";

const MINUTE = 60_000;
const START = Date.parse("2026-03-10T02:00:00Z");

function history(...minutes: number[]) {
  return {
    node: "one",
    metric: "cpu" as const,
    step_seconds: 60,
    since: new Date(START).toISOString(),
    points: minutes.map((minute) => ({
      at: new Date(START + minute * MINUTE).toISOString(),
      mean: minute * 10,
      peak: minute * 10 + 5,
    })),
  };
}

const FRAME = { from: START, to: START + 10 * MINUTE, top: 100 };

test("a mark stands in the middle of its stretch", () => {
  expect(marksOf(history(2))).toEqual([{ at: START + 2.5 * MINUTE, mean: 20, peak: 25 }]);
});

test("a line breaks where the node was away, and not for one minute that is late", () => {
  const marks = marksOf(history(0, 1, 3, 7, 8));
  const lengths = stretchesOf(marks, 60).map(({ length }) => length);
  expect(lengths).toEqual([3, 2]);
  expect(stretchesOf([], 60)).toEqual([]);
});

test("more marks than can be told apart are merged, each stretch for itself", () => {
  const stretches = stretchesOf(marksOf(history(0, 1, 2, 3, 10, 11, 12)), 60);
  expect(thinned(stretches, 10)).toBe(stretches);
  const merged = thinned(stretches, 3);
  expect(merged.map((each) => each.map(({ mean, peak }) => [mean, peak]))).toEqual([
    [
      [10, 25],
      [30, 35],
    ],
    [[110, 125]],
  ]);
  expect(merged[0]?.[0]?.at).toBe(START + 1.5 * MINUTE);
});

test("places are shares of the frame and never outside it", () => {
  expect(placeIn(FRAME, START + 5 * MINUTE, 25)).toEqual([50, 75]);
  expect(placeIn(FRAME, START, 250)).toEqual([0, 0]);
  expect(placeIn({ ...FRAME, top: 0 }, START, 250)).toEqual([0, 100]);
});

test("a stretch is a line with what lies below it; a single mark is a dash", () => {
  const marks = marksOf(history(0, 1));
  expect(lineOf(marks, FRAME, "mean")).toBe("M5 100L15 90");
  expect(areaOf(marks, FRAME)).toBe("M5 100L15 90L15 100L5 100Z");
  const [only] = stretchesOf(marksOf(history(5)), 60);
  expect(lineOf(only ?? [], FRAME, "peak")).toBe("M55 45h0.4");
  expect(areaOf(only ?? [], FRAME)).toBe("");
  expect(lineOf([], FRAME, "mean")).toBe("");
});

test("what is pointed at is the nearest mark, none in a gap", () => {
  const marks = marksOf(history(0, 1, 9));
  expect(nearest(marks, START + 2 * MINUTE, 60)?.mean).toBe(10);
  expect(nearest(marks, START + 5 * MINUTE, 60)).toBeNull();
  expect(nearest([], START, 60)).toBeNull();
});

test("the summary is the mean of means and the greatest peak", () => {
  expect(summaryOf(marksOf(history(1, 3)))).toEqual({ mean: 20, peak: 35 });
  expect(summaryOf([])).toBeNull();
});
