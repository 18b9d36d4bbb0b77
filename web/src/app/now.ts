/** The time, renewed: often enough for ages in minutes, unless told. */
import { useEffect, useState } from "react";

const RENEWED = 20_000;

/** @param renewed milliseconds; null while nothing runs that would need the time. */
export function useNow(renewed: number | null = RENEWED): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (renewed === null) return undefined;
    const timer = setInterval(() => {
      setNow(Date.now());
    }, renewed);
    return () => {
      clearInterval(timer);
    };
  }, [renewed]);
  return now;
}
