/** Where requirements fit: platforms by Pythons, each to be looked at. */
import { CheckOutlined, CloseOutlined, WarningOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Has, Preflight, PreflightPackage, PreflightTarget } from "../../api/preflights";
import { bytes, listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { complete, firstTarget, found, matrixOf } from "./findings";

interface CellProps {
  target: PreflightTarget;
  name: string;
  chosen: boolean;
  onChoose: () => void;
}

function Cell({ target, name, chosen, onChoose }: CellProps) {
  const { t } = useTranslation();
  const { sources, missing, wheels, required } = target;
  const tone = complete(target) ? "good" : required || missing > 0 ? "bad" : "warn";
  const mark = { good: <CheckOutlined />, bad: <CloseOutlined />, warn: <WarningOutlined /> }[tone];
  return (
    <button type="button" className={`cell ${tone}`} aria-pressed={chosen} onClick={onChoose}>
      <span className="visually-hidden">{name}: </span>
      <span aria-hidden>{mark}</span>
      <span>
        {complete(target) && t("console.preflight.wheels", { number: wheels })}
        {sources > 0 && t("console.preflight.sources", { number: sources })}
        {sources > 0 && missing > 0 && " · "}
        {missing > 0 && t("console.preflight.missing", { number: missing })}
      </span>
    </button>
  );
}

function Lacks({ packages, has }: { packages: PreflightPackage[]; has: Has }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (packages.length === 0) return null;
  return (
    <div>
      <dt>{t(`plan.has.${has}`)}</dt>
      <dd>
        {listed(
          packages.map(({ name }) => name),
          language,
        )}
      </dd>
    </div>
  );
}

function useName(): (target: PreflightTarget) => string {
  const { t } = useTranslation();
  return ({ platform, python }) =>
    t("console.preflight.machine", { platform: t(`platforms.${platform}`), python });
}

function Detail({ answer, target }: { answer: Preflight; target: PreflightTarget }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const name = useName();
  const { download_bytes: download, unknown_sizes: unknown, disk_bytes: disk } = target;
  const total = bytes(download, language);
  return (
    <dl className="facts machine" aria-label={name(target)}>
      <div>
        <dt className="quiet">{t("console.preflight.where")}</dt>
        <dd>
          {name(target)}
          {target.required && <span className="quiet"> · {t("console.preflight.needed")}</span>}
        </dd>
      </div>
      <div>
        <dt className="quiet">{t("console.preflight.download")}</dt>
        <dd className="figure">
          {unknown > 0 ? t("console.preflight.at-least", { bytes: total, unknown }) : total}
        </dd>
      </div>
      <div>
        <dt className="quiet">{t("console.preflight.disk")}</dt>
        <dd className="figure">{bytes(disk, language)}</dd>
      </div>
      <Lacks has="source" packages={found(answer, target, "source")} />
      <Lacks has="missing" packages={found(answer, target, "missing")} />
    </dl>
  );
}

export function PreflightMatrix({ answer }: { answer: Preflight }) {
  const { t } = useTranslation();
  const name = useName();
  const [wish, setWish] = useState("");
  const { pythons, rows } = matrixOf(answer.targets);
  const chosen = answer.targets.find((each) => name(each) === wish) ?? firstTarget(answer.targets);
  if (!chosen) return null;
  return (
    <section aria-label={t("console.preflight.machines")}>
      <h3>{t("console.preflight.machines")}</h3>
      <div className="matrix-frame" tabIndex={pythons.length > 2 ? 0 : undefined}>
        <table className="matrix">
          <thead>
            <tr>
              <td />
              {pythons.map((python) => (
                <th key={python} scope="col">
                  {python}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ platform, cells }) => (
              <tr key={platform}>
                <th scope="row">{t(`platforms.${platform}`)}</th>
                {cells.map((target, at) => (
                  <td key={pythons[at]} data-needed={target?.required ?? false}>
                    {target && (
                      <Cell
                        target={target}
                        name={name(target)}
                        chosen={target === chosen}
                        onChoose={() => {
                          setWish(name(target));
                        }}
                      />
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Detail answer={answer} target={chosen} />
    </section>
  );
}
