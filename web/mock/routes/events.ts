/** The stream of events (`api/events.py`). */
import { first, reply, type Routes } from "../http/route";
import { type Message, sendAll } from "../http/sse";
import type { World } from "../world/world";

export const events: Routes<"/api/v1/events"> = {
  "/api/v1/events": {
    get: {
      role: "viewer",
      answer: ({ world, headers, all }) => {
        const seen = headers["last-event-id"] ?? first(all("after"));
        const after = typeof seen === "string" ? Number(seen) : null;
        return {
          ...reply(undefined),
          stream: (response) => {
            sendAll(response, world.streams.signal, (signal) => messages(world, after, signal));
          },
        };
      },
    },
  },
};

async function* messages(
  world: World,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  for await (const event of world.events.follow(after, signal)) {
    yield { data: event, id: event.id };
  }
}
