import { expect, test } from "vitest";

import { type DiffLine, lineDiff } from "./lineDiff";

const MARKS = { same: " ", add: "+", remove: "-" };

function shown(before: string, after: string): string {
  return lineDiff(before.split(" "), after.split(" "))
    .map(({ kind, text }) => `${MARKS[kind]}${text}`)
    .join(" ");
}

/** One side of a difference, which must be the text that it was made from. */
function side(lines: DiffLine[], left: DiffLine["kind"]): string[] {
  return lines.filter(({ kind }) => kind !== left).map(({ text }) => text);
}

test("equal texts have no difference", () => {
  expect(shown("a b", "a b")).toBe(" a  b");
  expect(lineDiff([], [])).toEqual([]);
});

test("what came and went stands where it was", () => {
  expect(shown("a b c", "a x c")).toBe(" a -b +x  c");
  expect(shown("a b", "a b c")).toBe(" a  b +c");
  expect(shown("a b c", "c")).toBe("-a -b  c");
  expect(shown("a a", "a a a")).toBe(" a  a +a");
});

test("both sides can be read back from any difference", () => {
  const words = "a b c d e".split(" ");
  let seed = 7;
  const pick = () => {
    seed = (seed * 16807) % 2147483647;
    return words[seed % words.length] ?? "a";
  };
  for (let round = 0; round < 200; round += 1) {
    const before = Array.from({ length: round % 9 }, pick);
    const after = Array.from({ length: (round * 7) % 11 }, pick);
    const lines = lineDiff(before, after);
    expect(side(lines, "add")).toEqual(before);
    expect(side(lines, "remove")).toEqual(after);
  }
});

test("thousands of lines are compared at once, and the worst case ends", () => {
  const before = Array.from({ length: 5_000 }, (_, at) => `package-${String(at)}`);
  const after = before.map((line, at) => (at % 2 ? line : `${line}==1`));
  const lines = lineDiff(before, after);
  expect(side(lines, "add")).toEqual(before);
  expect(side(lines, "remove")).toEqual(after);
});
