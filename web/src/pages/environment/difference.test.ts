import { expect, test } from "vitest";

import type { Revision } from "../../api/environment";
import { differenceOf, linesBetween } from "./difference";

function shown(before: string[], after: string[]): string[] {
  return linesBetween(before, after).map(({ sign, text }) => `${sign} ${text}`);
}

function revision(more: Partial<Revision>): Revision {
  return {
    number: 1,
    requirements: [],
    python: "==3.13.*",
    python_for: [],
    platforms: [],
    lock_digest: "aa",
    package_count: 0,
    author: null,
    message: "",
    tags: [],
    created_at: "2026-01-01T00:00:00Z",
    ...more,
  };
}

test("what stayed is not told, in whatever order", () => {
  expect(shown(["numpy", "pandas"], ["pandas", "numpy"])).toEqual([]);
});

test("a package's new line stands below its old one", () => {
  expect(shown(["numpy==1.0", "zope.interface"], ["attrs", "numpy==2.0", "Zope_Interface>=7"]))
    .toEqual([
      "+ attrs",
      "- numpy==1.0",
      "+ numpy==2.0",
      "- zope.interface",
      "+ Zope_Interface>=7",
    ]);
});

test("a line that stands twice counts twice", () => {
  expect(shown(["a", "a"], ["a"])).toEqual(["- a"]);
});

test("an address stands for the name before it", () => {
  const url = "six @ https://example.org/six-1.0-py3-none-any.whl";
  expect(shown(["six", "tomli"], [url, "tomli"])).toEqual(["- six", `+ ${url}`]);
});

test("Python, platforms, packages and the lock are compared too", () => {
  const before = revision({ package_count: 5, platforms: ["linux-x86_64", "windows-x86_64"] });
  const turned = revision({ package_count: 5, platforms: ["windows-x86_64", "linux-x86_64"] });
  expect(differenceOf(before, turned)).toEqual({
    lines: [],
    python: null,
    platforms: null,
    packages: 0,
    sameLock: true,
  });
  const after = revision({ package_count: 3, python: "==3.12.*", lock_digest: "bb" });
  expect(differenceOf(before, after)).toMatchObject({
    python: ["==3.13.*", "==3.12.*"],
    platforms: [["linux-x86_64", "windows-x86_64"], []],
    packages: -2,
    sameLock: false,
  });
});
