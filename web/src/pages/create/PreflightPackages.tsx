/** The packages that a preflight resolved: searched when they are many. */
import { SearchOutlined } from "@ant-design/icons";
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { PreflightPackage } from "../../api/preflights";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { useDemands } from "./Demands";
import { matches } from "./findings";

/** From here on a list is searched. */
const LONG = 12;
const SHOWN = 20;

function Row({ item }: { item: PreflightPackage }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const demands = useDemands();
  const { name, version, size, requested, required_by: by } = item;
  return (
    <li>
      <div className="package">
        <span className="package-name">{requested ? <strong>{name}</strong> : name}</span>
        <span className="figure">{version ?? t("console.preflight.left-out")}</span>
        <span className="figure quiet package-size">
          {typeof size === "number" && bytes(size, language)}
        </span>
      </div>
      {by.length > 0 && (
        <div className="quiet package-by">
          {t("console.preflight.asked-by", { by: demands(by) })}
        </div>
      )}
    </li>
  );
}

export function PreflightPackages({ packages }: { packages: PreflightPackage[] }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [all, setAll] = useState(false);
  const long = packages.length > LONG;
  const fitting = long ? packages.filter((item) => matches(item, search)) : packages;
  const shown = all ? fitting : fitting.slice(0, SHOWN);
  const label = t("console.preflight.search");
  return (
    <section aria-label={t("console.preflight.packages")}>
      <h3>
        {t("console.preflight.packages")} <span className="quiet figure">{packages.length}</span>
      </h3>
      {long && (
        <Input
          type="search"
          size="small"
          prefix={<SearchOutlined aria-hidden />}
          aria-label={label}
          placeholder={label}
          value={search}
          onChange={({ target }) => {
            setSearch(target.value);
          }}
        />
      )}
      <ul className="package-list">
        {shown.map((item) => (
          <Row key={`${item.name} ${item.version ?? ""}`} item={item} />
        ))}
      </ul>
      {fitting.length === 0 && <div className="quiet">{t("console.preflight.none")}</div>}
      {fitting.length > shown.length && (
        <button
          type="button"
          className="link"
          onClick={() => {
            setAll(true);
          }}
        >
          {t("console.preflight.all", { total: fitting.length })}
        </button>
      )}
    </section>
  );
}
