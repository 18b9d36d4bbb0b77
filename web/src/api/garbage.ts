/** Garbage on a node: previewed, and collected at once. */
import { useMutation } from "@tanstack/react-query";

import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type NodeCollection = components["schemas"]["NodeCollection"];
export type CollectedPrefix = components["schemas"]["CollectedPrefix"];

/** Asks one node; the answer is what it has, or had before it deleted what is free. */
export function useCollection(node: string) {
  return useMutation({
    mutationFn: async (preview: boolean) => {
      const body = { nodes: [node], preview };
      const { items } = await unwrap(api.POST("/api/v1/collections", { body }));
      return items[0];
    },
  });
}
