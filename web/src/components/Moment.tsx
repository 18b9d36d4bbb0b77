/** A moment as its age; the exact time, in the viewer's zone, is at hand. */
import { age } from "../app/figures";
import { useNow } from "../app/now";
import { usePreferences } from "../app/preferences";

export function Moment({ at }: { at: string }) {
  const { language } = usePreferences();
  const now = useNow();
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" });
  return (
    <time dateTime={at} title={exact.format(new Date(at))}>
      {age(at, now, language)}
    </time>
  );
}
