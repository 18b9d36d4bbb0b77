import { expect, test } from "vitest";

import { Refusal } from "../http/refusal";
import { kept, parseLine, parseRequirements, written } from "./requirement";

function canonical(text: string): string[] {
  return parseRequirements(text).map(written);
}

function refused(text: string): string[] {
  try {
    parseRequirements(text);
  } catch (error) {
    if (error instanceof Refusal)
      return error.lines.map(({ line, code }) => `${String(line)} ${code}`);
  }
  return [];
}

test("requirements are read as pip reads them and kept in one form", () => {
  const text =
    "# crawler\nRequests[Socks] >= 2.31 , < 3  # pinned\nzope.interface\nhttpx==0.28.*\\\n ; sys_platform == 'win32'\n";
  expect(canonical(text)).toEqual([
    'httpx==0.28.*; sys_platform == "win32"',
    "requests[socks]<3,>=2.31",
    "zope-interface",
  ]);
  expect(kept(canonical(text)).map(written)).toEqual(canonical(text));
});

test.each([
  ["requirement-index-option", "-i https://example.org/simple"],
  ["requirement-index-option", "--extra-index-url=https://example.org"],
  ["requirement-include", "-rbase.txt"],
  ["requirement-editable", "-e ."],
  ["requirement-hash", "requests --hash=sha256:00"],
  ["requirement-option", "--pre"],
  ["requirement-version-control", "git+https://example.org/x.git"],
  ["requirement-local-path", "./local"],
  ["requirement-local-path", "dist/x-1.0.whl"],
  ["requirement-url-unnamed", "https://example.org/x-1.0-py3-none-any.whl"],
  ["requirement-url-insecure", "x @ http://example.org/x-1.0.tar.gz"],
  ["requirement-url-credentials", "x @ https://me:secret@example.org/x-1.0.tar.gz"],
  ["requirement-url-file", "x @ https://example.org/x.zip"],
  ["requirement-url-name", "x @ https://example.org/y-1.0-py3-none-any.whl"],
  ["requirement-control-character", "req\u200buests"],
  ["requirement-too-long", "x".repeat(5_000)],
  ["requirement-local-path", "<script>alert(1)</script>"],
  ["requirement-invalid", "<script>"],
  ["requirement-invalid", "requests=2"],
])("%s says what kind of line it was", (code, line) => {
  const parsed = parseLine(line);
  expect(Array.isArray(parsed) && parsed[0]).toBe(code);
});

test("every line that cannot be used is named by its number", () => {
  expect(refused("requests==1\n\n-e .\nrequests==2\nhttpx>1\nhttpx<1")).toEqual([
    "3 requirement-editable",
    "4 requirement-contradicts",
    "6 requirement-twice",
  ]);
});
