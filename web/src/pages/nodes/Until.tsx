/** A moment to come, as the viewer's own clock shows it. */
import { usePreferences } from "../../app/preferences";

export function Until({ at }: { at: string }) {
  const { language } = usePreferences();
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return <time dateTime={at}>{format.format(new Date(at))}</time>;
}
