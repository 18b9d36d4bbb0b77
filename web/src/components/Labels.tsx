/** Labels as small buttons; each narrows a list to those who have it. */
import "./Labels.css";

import { useTranslation } from "react-i18next";

interface Props {
  labels: Record<string, string>;
  onChoose: (label: string) => void;
  className?: string;
  /** How many there is room for; the others are counted. */
  most?: number;
}

export function Labels({ labels, onChoose, className = "", most = Infinity }: Props) {
  const { t } = useTranslation();
  const all = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  if (all.length === 0) return null;
  const shown = all.sort().slice(0, most);
  const others = all.slice(most);
  return (
    <ul className={`chips ${className}`} aria-label={t("console.list.labels")}>
      {shown.map((label) => (
        <li key={label}>
          <button
            type="button"
            className="chip cut"
            title={t("console.list.only", { label })}
            onClick={() => {
              onChoose(label);
            }}
          >
            {label}
          </button>
        </li>
      ))}
      {others.length > 0 && (
        <li className="quiet" title={others.join(", ")}>
          {`+${String(others.length)}`}
        </li>
      )}
    </ul>
  );
}
