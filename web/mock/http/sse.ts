/** Server-sent events as `api/sse.py` sends them: ids, a hint for returning, heartbeats. */
import type { ServerResponse } from "node:http";

const BEAT = 15_000;
const RETRY = 2_000;

export interface Message {
  data: unknown;
  id?: number;
  event?: string;
}

function encoded({ data, id, event }: Message): string {
  const lines = [
    ...(id === undefined ? [] : [`id: ${String(id)}`]),
    ...(event ? [`event: ${event}`] : []),
    `data: ${JSON.stringify(data)}`,
  ];
  return `${lines.join("\n")}\n\n`;
}

/**
 * Sends messages until they end, the reader goes, or `until` says so.
 *
 * @param begin makes the messages; its signal ends them.
 */
export function sendAll(
  response: ServerResponse,
  until: AbortSignal,
  begin: (signal: AbortSignal) => AsyncIterable<Message>,
): void {
  const gone = new AbortController();
  response.on("close", () => {
    gone.abort();
  });
  void send(response, begin(AbortSignal.any([gone.signal, until])));
}

async function send(response: ServerResponse, messages: AsyncIterable<Message>): Promise<void> {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  response.write(`retry: ${String(RETRY)}\n\n`);
  const write = batching(response);
  const beat = setInterval(() => response.write(": still here\n\n"), BEAT);
  try {
    for await (const message of messages) {
      if (!write(encoded(message))) await drained(response);
    }
  } finally {
    clearInterval(beat);
    response.end();
  }
}

/** Writes what comes in one turn in one piece: a log of 100,000 lines is not so many packets. */
function batching(response: ServerResponse): (text: string) => boolean {
  let corked = false;
  return (text) => {
    if (!corked) {
      corked = true;
      response.cork();
      setImmediate(() => {
        corked = false;
        response.uncork();
      });
    }
    return response.write(text);
  };
}

/** Returns once the reader has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
