/** One stream of events, kept open while somebody looks at the page. */

/** What this needs of an `EventSource`. */
export type Source = Pick<
  EventSource,
  "onopen" | "onmessage" | "onerror" | "readyState" | "close"
>;

export interface Listener {
  /** What happened; null when anything may have: the stream was closed, or may not be read. */
  onNews: (message: MessageEvent<string> | null) => void;
  /** Whether news come by the stream; false only once they stay away. */
  onLive: (live: boolean) => void;
}

const CLOSED = 2;
/** Milliseconds for which a cut goes unmentioned: a controller that restarts is quicker. */
export const PATIENCE = 5_000;
/** Milliseconds until a stream that the browser gave up is opened anew. */
export const RETRY = 4_000;

/**
 * Opens a stream and opens it again whenever it ends; returns how to end it.
 *
 * A browser comes back by itself after a cut, but not after an answer other than 200,
 * such as that of a proxy whose controller restarts.
 */
export function keepOpen(open: () => Source, { onNews, onLive }: Listener): () => void {
  let source: Source;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = open();
    source.onopen = () => {
      clearTimeout(patience);
      patience = undefined;
      onLive(true);
      onNews(null);
    };
    source.onmessage = onNews;
    source.onerror = () => {
      patience ??= setTimeout(() => {
        onLive(false);
      }, PATIENCE);
      if (source.readyState !== CLOSED) return;
      onNews(null); // why the stream was refused, such as a lost session, a question tells
      retry = setTimeout(connect, RETRY);
    };
  };
  connect();
  return () => {
    clearTimeout(retry);
    clearTimeout(patience);
    source.close();
  };
}
