/** Logs of operations, by page and as a stream (`api/operations.py`). */
import { reply, type Routes } from "../http/route";
import { type Message, sendAll } from "../http/sse";
import type { OperationRow } from "../world/rows";

type Path = "/api/v1/operations/{operation}/log" | "/api/v1/operations/{operation}/log/stream";

export const logs: Routes<Path> = {
  "/api/v1/operations/{operation}/log": {
    get: {
      role: "viewer",
      answer: async ({ world, path, all }) => {
        const { log } = world.operation(path.operation);
        const [after, limit] = [Number(all("after")[0] ?? 0), Number(all("limit")[0] ?? 1_000)];
        const wait = Number(all("wait")[0] ?? 0) * 1_000;
        if (wait > 0) await log.nextPage(after, world.ending.signal, wait);
        return reply(log.page(after, limit));
      },
    },
  },
  "/api/v1/operations/{operation}/log/stream": {
    get: {
      role: "viewer",
      answer: ({ world, path, headers, all }) => {
        const row = world.operation(path.operation);
        const seen = headers["last-event-id"];
        const since = typeof seen === "string" ? Number(seen) + 1 : Number(all("after")[0] ?? 0);
        return {
          ...reply(undefined),
          stream: (response) => {
            sendAll(response, world.streams.signal, (signal) => lines(row, since, signal));
          },
        };
      },
    },
  },
};

async function* lines(
  row: OperationRow,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  for (let since = from; !signal.aborted;) {
    const page = await row.log.nextPage(since, signal);
    for (const line of page.lines) yield { data: line, id: line.sequence };
    since = page.next;
    if (page.ended) {
      yield { data: { state: row.state }, event: "end" };
      return;
    }
  }
}
