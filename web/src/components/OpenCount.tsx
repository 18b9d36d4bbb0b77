/** How many operations are under way, beside the way to them; nothing while there is none. */
import "./OpenCount.css";

import { useTranslation } from "react-i18next";

import { AT_ONCE, useOpenOperations } from "../api/operations";

export function OpenCount() {
  const { t } = useTranslation();
  const { data } = useOpenOperations();
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  const shown = data?.next ? `${String(AT_ONCE)}+` : String(count);
  return (
    <span className="open-count">
      <span aria-hidden>{shown}</span>
      <span className="visually-hidden">{t("console.activity.open-count", { shown })}</span>
    </span>
  );
}
