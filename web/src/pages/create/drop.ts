/** Files dropped anywhere on a page: taken, instead of leaving the page for them. */
import { useEffect, useEffectEvent, useState } from "react";

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") ?? false;
}

/**
 * Hands dropped files over while `wanted`; returns whether one is being dragged.
 *
 * It listens before the page's own elements do: a text editor would paste a file as it is.
 */
export function useFileDrop(wanted: boolean, onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const took = useEffectEvent(onFiles);
  const takes = useEffectEvent(() => wanted);
  useEffect(() => {
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(takes());
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setOver(false);
      if (takes()) took([...(event.dataTransfer?.files ?? [])]);
    };
    const ways = [
      ["dragover", hover],
      ["dragleave", leave],
      ["drop", drop],
    ] as const;
    for (const [name, listener] of ways) addEventListener(name, listener, { capture: true });
    return () => {
      for (const [name, listener] of ways) removeEventListener(name, listener, { capture: true });
    };
  }, []);
  return over;
}
