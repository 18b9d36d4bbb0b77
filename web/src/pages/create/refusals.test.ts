import { expect, test } from "vitest";

import { ApiError, type Problem } from "../../api/problem";
import { refusalsOf } from "./refusals";

function refused(code: string, status = 422, lines: Problem["lines"] = []): ApiError {
  const problem = { type: "", title: "", status, code, message: code, params: {}, lines };
  return new ApiError(status, problem);
}

test("a refusal stands at the field that it is about", () => {
  expect(refusalsOf(refused("environment-exists", 409)).name?.code).toBe("environment-exists");
  expect(refusalsOf(refused("name-invalid")).name?.code).toBe("name-invalid");
  expect(refusalsOf(refused("python-not-found")).python?.code).toBe("python-not-found");
});

test("what is wrong with upkeep stands at its part", () => {
  const parts = {
    "window-zone-unknown": "zone",
    "window-invalid": "cron",
    "window-length-invalid": "lasts",
    "waves-too-many": "waves",
    "failures-invalid": "failures",
    "wave-pause-out-of-range": "wavePause",
    "check-command-invalid": "command",
  } as const;
  for (const [code, part] of Object.entries(parts)) {
    const { upkeep, rest } = refusalsOf(refused(code));
    expect(upkeep).toEqual({ [part]: expect.objectContaining({ code }) });
    expect(rest).toBeNull();
  }
});

test("what belongs to no field stands beneath all of them", () => {
  const failed = refused("resolution-failed");
  expect(refusalsOf(failed)).toEqual({ name: null, python: null, upkeep: {}, rest: failed });
  const lost = new TypeError("network");
  expect(refusalsOf(lost).rest).toBe(lost);
});

test("refused lines and a lost session are told elsewhere", () => {
  const lines = [{ line: 1, code: "requirement-invalid", params: {}, message: "m" }];
  expect(refusalsOf(refused("requirements-invalid", 422, lines)).rest).toBeNull();
  expect(refusalsOf(refused("session-ended", 401)).rest).toBeNull();
  expect(refusalsOf(null).rest).toBeNull();
});
