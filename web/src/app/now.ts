/** The time, renewed often enough for ages in minutes. */
import { useEffect, useState } from "react";

const RENEWED = 20_000;

export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, RENEWED);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return now;
}
