/** The mock as a middleware: the API, its control routes, and the page of a build. */
import type { IncomingMessage, ServerResponse } from "node:http";

import { servePage } from "./page";
import { Server } from "./server";
import { catalogue } from "./texts";

type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Begins a mock of its own.
 *
 * @param texts the folder of the catalogue.
 * @param built the folder of a built console; without one, pages are somebody else's.
 */
export function begin(texts: string, built?: string): Handler {
  const server = new Server(catalogue(texts));
  return (request, response, next) => {
    if (server.handle(request, response)) return;
    if (built && servePage(built, request, response)) return;
    next();
  };
}
