/** Whether a media query holds, followed while it may change. */
import { useCallback, useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  const follow = useCallback(
    (changed: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", changed);
      return () => {
        list.removeEventListener("change", changed);
      };
    },
    [query],
  );
  return useSyncExternalStore(follow, () => matchMedia(query).matches);
}
