import { expect, test } from "vitest";

import { pickLanguage, speak } from ".";
import { merge } from "./join";

test("the browser's first language that can be served wins", () => {
  expect(pickLanguage(["fr-FR", "zh-TW", "en"])).toBe("zh-CN");
  expect(pickLanguage(["en-GB", "zh"])).toBe("en");
  expect(pickLanguage(["fr"])).toBe("en");
});

test("sections of several files are laid together", () => {
  expect(merge({ a: { b: "1" } }, { a: { c: "2" } })).toEqual({ a: { b: "1", c: "2" } });
});

test("parameters are put in as they are", async () => {
  const { texts } = await speak("zh-CN");
  expect(texts.t("errors.name-invalid.message", { name: "<b>" })).toContain("`<b>`");
});

test("the command line's texts stay out of the browser", async () => {
  const { texts } = await speak("en");
  expect(texts.exists("console.sign-in.title")).toBe(true);
  expect(texts.exists("cli.say.error")).toBe(false);
});
