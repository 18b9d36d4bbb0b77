/**
 * One line of requirements: accepted in canonical form, or refused with the code that
 * `domain/requirement_line.py` has for it.
 */
import { invalid, type Issue, Refusal } from "../http/refusal";
import { clausesOf } from "./version";

export interface Requirement {
  name: string;
  extras: string[];
  specifier: string;
  url: string | null;
  marker: string;
}

type Refused = [code: string, params: Issue["params"]];

const SHOWN = 200;
const LONGEST = 4096;
const MOST_BYTES = 1024 * 1024;
const MOST_LINES = 5000;

const OPTIONS: [code: string, pattern: RegExp][] = [
  [
    "requirement-index-option",
    /^(-i|-f|--index-url|--pypi-url|--extra-index-url|--find-links|--no-index|--trusted-host)/,
  ],
  ["requirement-include", /^(-r|-c|--requirement|--constraint)/],
  ["requirement-editable", /^(-e|--editable)/],
  ["requirement-hash", /^--hash/],
  ["requirement-option", /^-/],
];
const VERSION_CONTROL = /^(?:[^@\s]+\s*@\s*)?(git|hg|svn|bzr)(\+|:\/\/|@)/i;
const LOCAL = /^(?:[\w.[\],-]+\s*@\s*)?(?:file:|\.{1,2}(?:[\\/]|$)|[\\/~]|[A-Za-z]:[\\/])/i;
const LOCAL_FILE = /^[^@\s;]*[\\/]|^[^@\s;]+\.(?:whl|tar\.gz|zip|tgz)(?:\[.*\])?$/i;
const BARE_URL = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//;
const PARTS =
  /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(?:@\s*(\S+)|\(?([^;)]*)\)?)\s*(?:;\s*(.+))?$/;
// Cc, Cf, Cs, Zl and Zp but for the tab, as the controller refuses them.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** A name as PEP 503 normalises it. */
export function canonicalName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/** The one form in which a requirement is kept. */
export function written({ name, extras, specifier, url, marker }: Requirement): string {
  const asked = extras.length > 0 ? `[${extras.join(",")}]` : "";
  const where = url ? ` @ ${url}` : specifier;
  return `${name}${asked}${where}${marker ? `${url ? " " : ""}; ${marker}` : ""}`;
}

/** The lines of a text with their numbers, without comments, joined where continued. */
export function logicalLines(text: string): [line: number, text: string][] {
  const found: [number, string][] = [];
  let parts: string[] = [];
  let start = 1;
  for (const [place, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (parts.length === 0) start = place + 1;
    const bare = line.replace(/(^|\s)#.*$/, "");
    if (bare === line && line.endsWith("\\")) {
      parts.push(line.slice(0, -1));
      continue;
    }
    found.push([start, [...parts, bare].join("").trim()]);
    parts = [];
  }
  if (parts.length > 0) found.push([start, parts.join("").trim()]);
  return found;
}

/** Reads one requirement, or says why not. */
export function parseLine(text: string): Requirement | Refused {
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
  if (INVISIBLE.test(text.replaceAll("\t", ""))) {
    const harmless = shown.replace(new RegExp(INVISIBLE, "gu"), "");
    return ["requirement-control-character", { text: harmless }];
  }
  if (text.length > LONGEST) {
    return ["requirement-too-long", { length: text.length, limit: LONGEST }];
  }
  return optionOf(text, shown) ?? placeOf(text, shown) ?? pep508(text, shown);
}

function optionOf(text: string, shown: string): Refused | null {
  const inside = /\s(--[A-Za-z][\w-]*)/.exec(text.split("#")[0] ?? "")?.[1];
  const option = text.startsWith("-") ? text.split(/[\s=]/)[0] : inside;
  const code = option && OPTIONS.find(([, pattern]) => pattern.test(option))?.[0];
  return code ? [code, { text: shown, option }] : null;
}

function placeOf(text: string, shown: string): Refused | null {
  const params = { text: shown, option: "" };
  if (VERSION_CONTROL.test(text)) return ["requirement-version-control", params];
  if (LOCAL.test(text)) return ["requirement-local-path", params];
  if (BARE_URL.test(text)) return ["requirement-url-unnamed", params];
  return LOCAL_FILE.test(text) ? ["requirement-local-path", params] : null;
}

function pep508(text: string, shown: string): Requirement | Refused {
  const bad = (reason: string): Refused => ["requirement-invalid", { text: shown, reason }];
  const found = PARTS.exec(text);
  if (!found?.[1]) return bad("Expected package name at the start of dependency specifier");
  const [, name, extras, url, specifier, marker] = found;
  const clauses = clausesOf(specifier ?? "");
  if (!clauses) return bad("Expected semicolon (after name with no version specifier) or end");
  const problem = url ? urlProblem(name, url, shown) : null;
  if (problem) return problem;
  return {
    name: canonicalName(name),
    extras: (extras ?? "")
      .split(",")
      .map((each) => canonicalName(each.trim()))
      .filter(Boolean)
      .sort(),
    specifier: clauses
      .map(({ operator, version }) => operator + version)
      .sort()
      .join(","),
    url: url ?? null,
    marker: (marker ?? "").trim().replaceAll("'", '"'),
  };
}

function urlProblem(name: string, address: string, text: string): Refused | null {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return ["requirement-url-invalid", { text }];
  }
  if (url.username || url.password) return ["requirement-url-credentials", { text: `${name} @ …` }];
  if (!/^https?:$/.test(url.protocol)) return ["requirement-url-invalid", { text }];
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol === "http:" && !local) return ["requirement-url-insecure", { text }];
  const file = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
  if (!/\.(whl|tar\.gz)$/.test(file)) return ["requirement-url-file", { text, file }];
  const holds = file.endsWith(".whl") ? canonicalName(file.split("-")[0] ?? "") : null;
  const other = holds !== null && holds !== canonicalName(name);
  return other ? ["requirement-url-name", { text, name, found: holds }] : null;
}

function refusalOf(issues: Issue[]): Refusal {
  const problems = issues.map(({ line, code }) => `${String(line)}: ${code}`);
  const refusal = invalid("requirements-invalid", { count: issues.length, problems });
  refusal.lines = issues;
  return refusal;
}

function twice(line: number, first: { line: number; is: Requirement }, second: Requirement): Issue {
  const clauses = [first.is.specifier, second.specifier].filter(Boolean).join(",");
  const pinned = [first.is.specifier, second.specifier].every((each) => each.startsWith("=="));
  return {
    line,
    code: pinned ? "requirement-contradicts" : "requirement-twice",
    params: {
      name: second.name,
      first_line: first.line,
      first: written(first.is),
      second: written(second),
      joined: `${second.name}${clauses}`,
    },
  };
}

/** Reads a text; refuses it with every line that cannot be used. */
export function parseRequirements(text: string): Requirement[] {
  const size = Buffer.byteLength(text);
  if (size > MOST_BYTES) throw invalid("requirements-too-large", { size, limit: MOST_BYTES });
  const lines = text.split("\n").length;
  if (lines > MOST_LINES) throw invalid("requirements-too-long", { lines, limit: MOST_LINES });
  const issues: Issue[] = [];
  const seen = new Map<string, { line: number; is: Requirement }>();
  for (const [line, words] of logicalLines(text)) {
    if (!words) continue;
    const parsed = parseLine(words);
    if (Array.isArray(parsed)) {
      issues.push({ line, code: parsed[0], params: parsed[1] });
      continue;
    }
    const key = `${parsed.name};${parsed.marker}`;
    const known = seen.get(key);
    const differs =
      known?.is.specifier && parsed.specifier && known.is.specifier !== parsed.specifier;
    if (known && (differs || known.is.url !== parsed.url)) issues.push(twice(line, known, parsed));
    else if (!known?.is.specifier) seen.set(key, { line, is: parsed });
  }
  if (issues.length > 0) throw refusalOf(issues);
  return sorted([...seen.values()].map(({ is }) => is));
}

/** By name, as requirements are kept. */
export function sorted(requirements: Requirement[]): Requirement[] {
  return requirements.sort((a, b) => (written(a) < written(b) ? -1 : 1));
}

/** Reads what is kept; it was checked when it came. */
export function kept(lines: readonly string[]): Requirement[] {
  return parseRequirements(lines.join("\n"));
}
