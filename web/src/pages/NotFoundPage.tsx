import { useTranslation } from "react-i18next";
import { Link } from "react-router";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <div className="panel">
      <title>{`${t("console.not-found")} · Venvoy`}</title>
      <h1 className="page-title">{t("console.not-found")}</h1>
      <p>
        <Link to="/">{t("console.environments.title")}</Link>
      </p>
    </div>
  );
}
