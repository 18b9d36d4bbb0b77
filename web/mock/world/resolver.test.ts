import { expect, test } from "vitest";

import { hasOf, resolve } from "./resolver";
import { admits } from "./version";

function wish(...requirements: string[]) {
  return { requirements, python: "==3.13.*", platforms: [] };
}

function versions(...requirements: string[]): Record<string, string> {
  const { lock } = resolve(wish(...requirements));
  return Object.fromEntries((lock ?? []).map(({ name, version }) => [name, version]));
}

test("the newest versions that all accept are taken, with all that they need", () => {
  expect(versions("opencv-python-headless")).toEqual({
    numpy: "2.2.6",
    "opencv-python-headless": "4.12.0.88",
  });
  expect(versions("httpx<0.28").httpx).toBe("0.27.2");
});

test("a pin is kept while it is accepted", () => {
  const pins = new Map([["numpy", "1.26.4"]]);
  const numpy = (line: string) => resolve(wish(line), pins).lock?.[0]?.version;
  expect(numpy("numpy")).toBe("1.26.4");
  expect(numpy("numpy>=2")).toBe("2.3.2");
});

test("what cannot be met says who asks for what", () => {
  const { cause } = resolve(wish("numpy<2", "opencv-python-headless"));
  expect(cause?.code).toBe("no-solution");
  expect(cause?.params.packages).toEqual(["numpy", "opencv-python-headless"]);
  expect(resolve(wish("no-such-thing")).cause?.code).toBe("package-not-found");
});

test("machines differ in what they find", () => {
  expect(hasOf("torch", "linux-x86_64", 13)).toBe("wheel");
  expect(hasOf("torch", "linux-aarch64", 13)).toBe("missing");
  expect(hasOf("uwsgi", "linux-x86_64", 13)).toBe("source");
  expect(hasOf("colorama", "linux-x86_64", 13, 'sys_platform == "win32"')).toBe("not-needed");
});

test("specifiers mean what PEP 440 says", () => {
  expect(admits("~=2.1", "2.9")).toBe(true);
  expect(admits("~=2.1", "3.0")).toBe(false);
  expect(admits(">=1,!=2.2.0,<3", "2.2.0")).toBe(false);
  expect(admits("==1.*", "1.0.9")).toBe(true);
  expect(admits("==1.*", "10.0")).toBe(false);
});
