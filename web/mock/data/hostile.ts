/** What came from outside and means harm, or is merely hard to show. */
import type { Line } from "../world/logs";
import type { LockedPackage } from "../world/rows";

const ESCAPE = "\u001b[";

export const SCRIPT = "<script>document.title='taken'</script>";

export const HOSTILE_TITLE = `<img src=x onerror="document.title='taken'"> \`rm -rf /\``;

/** Package names that no index would give, but a broken or malicious one might. */
export function hostilePackages(): LockedPackage[] {
  const names = [SCRIPT, "a".repeat(200), "名字不是-ascii", "{{7*7}}"];
  return names.map((name) => ({ name, version: "1.0", marker: null, size: null, by: [] }));
}

const LINES = [
  `<b>bold</b> ${SCRIPT}`,
  `${ESCAPE}31mERROR${ESCAPE}0m ${ESCAPE}1;33mwarning${ESCAPE}0m ${ESCAPE}38;5;208morange${ESCAPE}0m plain`,
  `${ESCAPE}2J${ESCAPE}H${ESCAPE}?25lcleared your screen`,
  `\u001b]8;;https://example.org/\u0007a link that is none\u001b]8;;\u0007`,
  "x".repeat(10_000),
  `下载中 ${"██████████ ".repeat(60)}100%`,
  "abc \u202Egnp.exe",
  "\ttab\there\u0000nul\rreturn",
  "",
  "javascript:alert(1) https://example.org/?a=1&b=2",
];

/** A log of these, over and over. */
export function hostileLine(place: number): Line {
  const text = LINES[place % LINES.length] ?? "";
  return { at: new Date(Date.UTC(2026, 0, 1) + place * 137).toISOString(), step: "fetch", text };
}
