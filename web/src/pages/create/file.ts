/** A file of requirements as text, whichever system wrote it. */
import type { Said } from "../../api/problem";

/** What the API takes. */
export const BYTES_LIMIT = 1024 * 1024;

export type FileRead = { text: string; encoding: string } | { problem: Said };

const MARKS: [encoding: string, mark: number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

function marked(bytes: Uint8Array): string | null {
  const found = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  return found?.[0] ?? null;
}

/** What no editor of text writes; tabs, line ends and form feeds it does. */
function binary(text: string): boolean {
  return /[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text);
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Reads a file's bytes. PowerShell writes UTF-16 with a mark, older Chinese Windows
 * GB 18030; what is neither, nor UTF-8, is no text.
 */
export function readFile(bytes: Uint8Array): FileRead {
  if (bytes.length > BYTES_LIMIT) {
    const params = { size: bytes.length, limit: BYTES_LIMIT };
    return { problem: { code: "requirements-too-large", params } };
  }
  const mark = marked(bytes);
  for (const encoding of mark ? [mark] : ["utf-8", "gb18030"]) {
    const text = decoded(bytes, encoding);
    if (text !== null && !binary(text)) return { text: lines(text), encoding };
  }
  return { problem: { code: "file-no-text" } };
}

function lines(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
}
