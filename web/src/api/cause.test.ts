import { beforeAll, expect, test } from "vitest";

import { speak, type Spoken } from "../i18n";
import { type Cause, causeText, logCommand } from "./cause";

const cause: Cause = {
  code: "hash-mismatch",
  step: "fetch",
  hop: "mirror",
  params: { file: "sound-1.0-py3-none-any.whl" },
  evidence: ["expected sha256 aa", "found sha256 bb"],
  transient: true,
  message: "as the controller says it",
  remedy: "as the controller advises",
};
const place = { environment: "web", node: "local", operation: "0199-a" };

let english: Spoken;
beforeAll(async () => {
  english = await speak("en");
});

test("a cause is copied with all that its card says", () => {
  expect(causeText(cause, place, english.texts).split("\n")).toEqual([
    "Why it failed on local (web · hash-mismatch · 0199-a)",
    "`sound-1.0-py3-none-any.whl` is not the file that was expected: its hash differs",
    expect.stringContaining("choose another mirror"),
    "Failed at: downloading · Cause: the mirror · trying again may help",
    "expected sha256 aa",
    "found sha256 bb",
  ]);
});

test("what a newer controller calls its causes, steps and hops is shown as it is", () => {
  const newer = { ...cause, code: "new-kind", step: "sign", hop: "moon", transient: false };
  const text = causeText(newer, { ...place, node: null, operation: null }, english.texts);
  expect(text.split("\n").slice(0, 4)).toEqual([
    "Why it failed (web · new-kind)",
    "as the controller says it",
    "as the controller advises",
    "Failed at: sign · Cause: moon",
  ]);
});

test("the log's command names the node where there is one", () => {
  expect(logCommand(place)).toBe("venvoy env logs web --node local");
  expect(logCommand({ ...place, node: null })).toBe("venvoy env logs web");
  expect(logCommand({ ...place, environment: null })).toBeNull();
});
