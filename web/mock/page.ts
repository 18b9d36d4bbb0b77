/**
 * The built console's page, with the policy that the controller serves it under
 * (`api/static.py`), so that what the policy forbids shows here too.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";

const NONCE_MARK = "__VENVOY_NONCE__";

export function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** Answers a browser that navigates with the page in `folder`; false for all others. */
export function servePage(
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const navigates = path === "/" || request.headers.accept?.includes("text/html");
  if (!navigates || path.startsWith("/assets/")) return false;
  const nonce = randomBytes(18).toString("base64url");
  const page = readFileSync(join(folder, "index.html"), "utf-8").replaceAll(NONCE_MARK, nonce);
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy(nonce),
    "Cache-Control": "no-store",
  });
  response.end(page);
  return true;
}
