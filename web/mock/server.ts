/** The mock as one handler of requests: the control routes, then the API with its faults. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { Control } from "./control/control";
import { failureOf } from "./control/faults";
import { identify } from "./http/access";
import { matcher } from "./http/match";
import { invalid, notFound, problemOf, Refusal } from "./http/refusal";
import type { Call, Reply, Route, Table } from "./http/route";
import { checkedBody, checkQuery } from "./http/validation";
import { TABLE } from "./routes";
import { languageOf, type Say } from "./texts";

/** A route whose types were checked where it is written. */
type AnyRoute = Route<{
  parameters: { query: Record<string, string>; path: Record<string, string> };
}>;

const FIXED = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};
const OWN = /^\/(api|healthz|readyz|mock)(\/|$)/;
const LARGEST = 2 * 1024 * 1024;

export class Server {
  private readonly control: Control;
  private readonly say: Say;
  private readonly match = matcher(Object.keys(TABLE) as (keyof Table)[]);

  constructor(say: Say) {
    this.say = say;
    this.control = new Control(say);
  }

  /** Answers a request of the API or to the mock itself; false for all others. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? "/", "http://mock");
    if (!OWN.test(url.pathname)) return this.refusesAll(request);
    void this.answer(request, response, url).catch((error: unknown) => {
      this.refuse(request, response, error);
    });
    return true;
  }

  /** While the controller is away, its pages are too. */
  private refusesAll(request: IncomingMessage): boolean {
    if (this.control.faults.away) request.socket.destroy();
    return this.control.faults.away;
  }

  private async answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
  ): Promise<void> {
    const method = request.method ?? "GET";
    if (url.pathname.startsWith("/mock/")) {
      const body = (await bodyOf(request)) as Record<string, unknown> | undefined;
      send(
        response,
        200,
        this.control.answer(method, url.pathname.slice("/mock/".length), body ?? {}),
      );
      return;
    }
    if (this.refusesAll(request)) return;
    const key = request.headers["idempotency-key"];
    this.control.note({ method, path: url.pathname, key: typeof key === "string" ? key : null });
    await this.suffer(method, url);
    const reply = await this.reply(request, method, url);
    if (reply.stream) reply.stream(response);
    else send(response, reply.status, reply.document, reply.headers);
  }

  /** Lets the request meet the faults that are ordered. */
  private async suffer(method: string, url: URL): Promise<void> {
    const { faults } = this.control;
    if (faults.slow_ms > 0) await new Promise((resolve) => setTimeout(resolve, faults.slow_ms));
    const stream = url.pathname === "/api/v1/events" || url.pathname.endsWith("/log/stream");
    if (faults.cut_events && stream) throw new Refusal(503, "database-unreachable");
    const failure = failureOf(faults, method, url.pathname);
    if (failure) throw failure;
  }

  private async reply(request: IncomingMessage, method: string, url: URL): Promise<Reply<unknown>> {
    const { world } = this.control;
    const { pathname: path, searchParams } = url;
    const found = this.match(path);
    if (!found) throw notFound("path-unknown", { path });
    const methods = TABLE[found.template] as unknown as Record<string, AnyRoute | undefined>;
    const route = methods[method.toLowerCase()];
    if (!route) throw new Refusal(405, "method-not-allowed", { method, path });
    const { headers } = request;
    const who = identify(world.people, method, headers, route.role);
    checkQuery(found.template, method.toLowerCase(), searchParams);
    const call = {
      ...{ world, who, headers, path: found.values },
      language: languageOf(headers["accept-language"]),
      all: (name: string) => searchParams.getAll(name),
      body: checkedBody(found.template, method.toLowerCase(), await documentOf(request)),
    };
    return route.answer(call as unknown as Parameters<AnyRoute["answer"]>[0] & Call<never>);
  }

  private refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (!(error instanceof Refusal)) console.error(error);
    const refusal =
      error instanceof Refusal ? error : new Refusal(500, "internal-error", { incident: "mock" });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const problem = problemOf(refusal, languageOf(request.headers["accept-language"]), this.say);
    const more = {
      "Content-Type": "application/problem+json",
      ...(problem.status === 401 ? { "WWW-Authenticate": 'Bearer realm="venvoy"' } : {}),
      ...(problem.status === 429 ? { "Retry-After": "60" } : {}),
    };
    send(response, problem.status, problem, more);
  }
}

/** The document that was sent; a file is read and let go. */
async function documentOf(request: IncomingMessage): Promise<unknown> {
  if (request.headers["content-type"] !== "application/octet-stream") return bodyOf(request);
  request.resume();
  await once(request, "end");
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST) throw new Refusal(413, "body-too-large", { limit: LARGEST });
    parts.push(part);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(parts).toString()) as unknown;
  } catch {
    throw invalid("input-invalid", { fields: ["body"], reasons: ["`body`: json_invalid"] });
  }
}

function send(
  response: ServerResponse,
  status: number,
  document: unknown,
  headers: Record<string, string> = {},
): void {
  const text = typeof document === "string";
  const type = text ? "text/plain; charset=utf-8" : "application/json";
  response.writeHead(status, { ...FIXED, "Content-Type": type, ...headers });
  if (document === undefined) response.end();
  else response.end(text ? document : JSON.stringify(document));
}
