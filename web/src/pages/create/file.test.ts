import { expect, test } from "vitest";

import { BYTES_LIMIT, readFile } from "./file";

const TEXT = "numpy  # 数值计算\nrequests";

function utf16(text: string, little: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * (text.length + 1));
  const view = new DataView(bytes.buffer);
  [`\ufeff${text}`].forEach((all) => {
    for (let at = 0; at < all.length; at += 1) view.setUint16(2 * at, all.charCodeAt(at), little);
  });
  return bytes;
}

test("UTF-8 is read with and without a mark, with any line ends", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  expect(readFile(encode(TEXT))).toEqual({ text: TEXT, encoding: "utf-8" });
  expect(readFile(encode(`\ufeff${TEXT.replace("\n", "\r\n")}\r\n\r\n`))).toEqual({
    text: TEXT,
    encoding: "utf-8",
  });
});

test("UTF-16, as PowerShell writes it, is read either way round", () => {
  expect(readFile(utf16(TEXT, true))).toEqual({ text: TEXT, encoding: "utf-16le" });
  expect(readFile(utf16(TEXT, false))).toEqual({ text: TEXT, encoding: "utf-16be" });
});

test("GB 18030, as older Chinese editors write it, is read", () => {
  const comment = [0xca, 0xfd, 0xd6, 0xb5]; // 数值
  const bytes = Uint8Array.from([...new TextEncoder().encode("numpy # "), ...comment]);
  expect(readFile(bytes)).toEqual({ text: "numpy # 数值", encoding: "gb18030" });
});

test("what is no text or too large is refused with the reason", () => {
  const wheel = Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]);
  expect(readFile(wheel)).toEqual({ problem: { code: "file-no-text" } });
  expect(readFile(Uint8Array.from([0xff, 0xff, 0xff]))).toEqual({
    problem: { code: "file-no-text" },
  });
  expect(readFile(new Uint8Array(BYTES_LIMIT + 1))).toMatchObject({
    problem: { code: "requirements-too-large" },
  });
});

test("an empty file is an empty text", () => {
  expect(readFile(new Uint8Array())).toEqual({ text: "", encoding: "utf-8" });
});
