import { expect, test } from "vitest";

import type { Node } from "../../api/nodes";
import type { Preflight, PreflightPackage, PreflightTarget } from "../../api/preflights";
import { firstTarget, found, matches, matrixOf, verdictOf } from "./findings";

function target(part: Partial<PreflightTarget> = {}): PreflightTarget {
  return {
    platform: "linux-x86_64",
    python: "3.12",
    required: false,
    nodes: [],
    wheels: 1,
    sources: 0,
    missing: 0,
    download_bytes: 10,
    unknown_sizes: 0,
    disk_bytes: 40,
    ...part,
  };
}

function named(name: string, part: Partial<PreflightPackage> = {}): PreflightPackage {
  return { name, version: "1", requested: false, has: ["wheel"], required_by: [], ...part };
}

function preflight(part: Partial<Preflight> = {}): Preflight {
  return {
    python: "==3.12.*",
    resolved: true,
    targets: [target({ required: true, nodes: ["local"] })],
    packages: [named("numpy")],
    nodes: [{ node: "local", state: "online", python: "3.12.4", wanted: "", path: "/p", found: ["3.12.4"] }],
    lines: [],
    ...part,
  };
}

const NODE = { name: "local", disk_free_bytes: 100 } as Node;

test("the verdict names the worst that there is", () => {
  const code = (part: Partial<Preflight>, node = NODE) => verdictOf(preflight(part), [node]).code;
  expect(code({})).toBe("fits");
  expect(code({ packages: [] })).toBe("nothing");
  expect(code({}, { ...NODE, disk_free_bytes: 39 })).toBe("disk");
  expect(code({}, { ...NODE, disk_free_bytes: null })).toBe("fits");
  expect(code({ resolved: false })).toBe("no-wheel");
  const nodes = preflight().nodes.map((node) => ({ ...node, python: null }));
  expect(verdictOf(preflight({ nodes, resolved: false }), [NODE])).toMatchObject({
    code: "no-python",
    nodes: ["local"],
  });
});

test("the table has a row for each platform and its Pythons in order", () => {
  const { pythons, rows } = matrixOf([
    target({ python: "3.10" }),
    target({ python: "3.9" }),
    target({ platform: "windows-x86_64", python: "3.10" }),
  ]);
  expect(pythons).toEqual(["3.9", "3.10"]);
  expect(rows.map(({ platform, cells }) => [platform, cells.map((each) => each?.python)])).toEqual([
    ["linux-x86_64", ["3.9", "3.10"]],
    ["windows-x86_64", [undefined, "3.10"]],
  ]);
});

test("what a machine lacks is found by its place", () => {
  const [linux, windows] = [target(), target({ platform: "windows-x86_64", sources: 1 })];
  const packages = [named("a", { has: ["wheel", "source"] }), named("b", { has: ["wheel", "wheel"] })];
  const answer = preflight({ targets: [linux, windows], packages });
  expect(found(answer, windows, "source").map(({ name }) => name)).toEqual(["a"]);
  expect(found(answer, linux, "source")).toEqual([]);
});

test("first looked at is what is needed and lacks something", () => {
  const [used, asked] = [target({ required: true }), target({ required: true, missing: 1 })];
  expect(firstTarget([target({ missing: 1 }), used, asked])).toBe(asked);
  expect(firstTarget([target({ missing: 1 }), used])).toBe(used);
  expect(firstTarget([])).toBeNull();
});

test("packages are searched by name and by who asks for them", () => {
  const by = [{ by: "pandas", specifier: "", extras: [], marker: "" }];
  const numpy = named("numpy", { required_by: by });
  expect(matches(numpy, " NUM")).toBe(true);
  expect(matches(numpy, "pandas")).toBe(true);
  expect(matches(numpy, "scipy")).toBe(false);
});
