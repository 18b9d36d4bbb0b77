/** Whether a value rests, for questions that follow somebody's typing. */
import { useEffect, useState } from "react";

/** Whether a value has been the same for `pause` milliseconds; the first one rests at once. */
export function useSettled(value: string, pause: number): boolean {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    if (value === settled) return undefined;
    const timer = setTimeout(() => {
      setSettled(value);
    }, pause);
    return () => {
      clearTimeout(timer);
    };
  }, [value, settled, pause]);
  return value === settled;
}
