/** Pythons: what nodes have, and the catalogue of archives that they install from. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, csrfHeaders, isProblem, unwrap } from "./client";
import { usePause } from "./events";
import { ApiError } from "./problem";
import type { components } from "./schema.gen";

export type NodePython = components["schemas"]["NodePython"];
export type PythonArchive = components["schemas"]["PythonArchive"];
export type PythonWish = components["schemas"]["PythonWish"];

const PAGE_SIZE = 50;
/** The most that one page has. */
const WHOLE_PAGE = 500;
const ARCHIVES = ["live", "python-archives"];
const PYTHONS = ["live", "pythons"];

/** Whether a wish for it is still on its way. */
export function isUnderWay({ state, archive }: NodePython): boolean {
  return archive !== null && !["ready", "failed", "cancelled"].includes(state);
}

export function useArchives(cursor: string | null) {
  const pause = usePause();
  return useQuery({
    queryKey: [...ARCHIVES, cursor],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/python-archives", {
          params: { query: { limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: () => pause(false),
  });
}

/** The archives that could be for a node of this platform, the newest Python first. */
export function useArchivesFor(platform: string | null) {
  return useQuery({
    queryKey: [...ARCHIVES, "for", platform],
    queryFn: () =>
      unwrap(api.GET("/api/v1/python-archives", { params: { query: { limit: WHOLE_PAGE } } })),
    select: ({ items }) => items.filter((each) => each.platform === platform).sort(byVersion),
  });
}

function byVersion(one: PythonArchive, other: PythonArchive): number {
  return other.version.localeCompare(one.version, "en", { numeric: true });
}

/** What a node has, and what is on its way there. */
export function useNodePythons(node: string) {
  const pause = usePause();
  return useQuery({
    queryKey: [...PYTHONS, node],
    queryFn: () => unwrap(api.GET("/api/v1/pythons", { params: { query: { node } } })),
    refetchInterval: ({ state: { data } }) => pause(data?.items.some(isUnderWay) ?? false),
  });
}

/** Has nodes install a Python, or remove it. */
export function useAskPython(what: "install" | "remove") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ wish, key }: { wish: PythonWish; key: string }) =>
      unwrap(
        api.POST(`/api/v1/pythons/${what}`, { body: wish, headers: { "Idempotency-Key": key } }),
      ),
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: PYTHONS }),
        queries.invalidateQueries({ queryKey: ARCHIVES }),
      ]),
  });
}

export function useRemoveArchive() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (archive: string) =>
      unwrap(api.DELETE("/api/v1/python-archives/{archive}", { params: { path: { archive } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ARCHIVES }),
  });
}

interface Upload {
  file: File;
  /** That was published for it; "" where it is not known. */
  sha256: string;
  /** Told the bytes that have gone. */
  onSent: (bytes: number) => void;
  signal: AbortSignal;
}

export function useUploadArchive() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: upload,
    onSettled: () => queries.invalidateQueries({ queryKey: ARCHIVES }),
  });
}

/** By the older interface of browsers: `fetch` does not tell how much has gone. */
function upload({ file, sha256, onSent, signal }: Upload): Promise<PythonArchive> {
  const query = new URLSearchParams({ name: file.name, ...(sha256 ? { sha256 } : {}) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/python-archives?${query.toString()}`);
    const headers = { "Content-Type": "application/octet-stream", ...csrfHeaders() };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded }) => {
      onSent(loaded);
    };
    request.onload = () => {
      const { status } = request;
      const answer: unknown = request.response;
      if (status === 201) resolve(answer as PythonArchive);
      else reject(new ApiError(status, isProblem(answer) ? answer : null));
    };
    request.onerror = () => {
      reject(new TypeError("the connection broke"));
    };
    request.onabort = () => {
      reject(new DOMException("stopped", "AbortError"));
    };
    signal.addEventListener("abort", () => {
      request.abort();
    });
    request.send(file);
  });
}
