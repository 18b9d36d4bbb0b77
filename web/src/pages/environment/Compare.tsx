/** Two sides beside each other, and what differs between them. */
import "./Compare.css";

import { Button, Checkbox, Flex, Input } from "antd";
import { type SyntheticEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import {
  type ComparedEntry,
  type ComparedSide,
  type ComparedValue,
  type Comparison,
  useComparison,
} from "../../api/comparisons";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { tabSearch, type Wish } from "./tabs";

const SIGNS: Record<ComparedEntry["kind"], string> = {
  added: "+",
  removed: "−",
  changed: "≠",
  same: "=",
};
const LONGEST = 200;

function SideField(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { label, value, onChange } = props;
  const field = useId();
  return (
    <Flex vertical gap={4} className="compare-side">
      <label htmlFor={field}>{label}</label>
      <Input
        id={field}
        value={value}
        maxLength={LONGEST}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={({ target }) => {
          onChange(target.value.trim());
        }}
      />
    </Flex>
  );
}

function Sides({ a, b, change }: { a: string; b: string; change: Wish["change"] }) {
  const { t } = useTranslation();
  const [before, setBefore] = useState(a);
  const [after, setAfter] = useState(b);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (before && after) change({ a: before, b: after });
  };
  return (
    <Flex component="form" gap={8} align="end" wrap onSubmit={submit}>
      <SideField label={t("console.compare.before")} value={before} onChange={setBefore} />
      <SideField label={t("console.compare.after")} value={after} onChange={setAfter} />
      <Button htmlType="submit" disabled={!before || !after}>
        {t("console.compare.show")}
      </Button>
      <Button
        onClick={() => {
          change({ a: b, b: a });
        }}
      >
        {t("console.compare.swap")}
      </Button>
    </Flex>
  );
}

function Heading({ side: { environment, revision, node, tags } }: { side: ComparedSide }) {
  const { t } = useTranslation();
  const name = `${environment} · ${t("console.detail.revisions.name", { revision })}`;
  const more = [node ? t("console.compare.live", { node }) : null, ...tags].filter(Boolean);
  return <>{more.length > 0 ? `${name} (${more.join(", ")})` : name}</>;
}

function Values({ values }: { values: ComparedValue[] }) {
  return values.map(({ text, marker }) => (
    <div key={`${text} ${marker}`}>
      <code>{text}</code>
      {marker && <span className="quiet"> ; {marker}</span>}
    </div>
  ));
}

function Row({ entry: { part, name, kind, before, after } }: { entry: ComparedEntry }) {
  const { t } = useTranslation();
  return (
    <tr className={`compare-${kind}`}>
      <td>
        <span aria-hidden className="compare-sign">
          {SIGNS[kind]}
        </span>{" "}
        {t(`console.compare.kind.${kind}`)}
      </td>
      <td>{t(`console.compare.part.${part}`)}</td>
      <th scope="row">{name}</th>
      <td>
        <Values values={before} />
      </td>
      <td>
        <Values values={after} />
      </td>
    </tr>
  );
}

function Found({ found: { before, after, counts, entries } }: { found: Comparison }) {
  const { t } = useTranslation();
  const differ = (counts.added ?? 0) + (counts.removed ?? 0) + (counts.changed ?? 0);
  return (
    <>
      {differ === 0 ? (
        <Empty text={t("console.compare.none")} />
      ) : (
        <p role="status">{t("console.compare.counts", counts)}</p>
      )}
      {entries.length > 0 && (
        <div className="compare" tabIndex={0} role="region" aria-label={t("console.compare.title")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("console.compare.change")}</th>
                <th scope="col">{t("console.compare.what")}</th>
                <th scope="col">{t("console.compare.name")}</th>
                <th scope="col">
                  <Heading side={before} />
                </th>
                <th scope="col">
                  <Heading side={after} />
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Row key={`${entry.part} ${entry.name}`} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

export function Compare({ a, b, params, change }: { a: string; b: string } & Wish) {
  const { t } = useTranslation();
  const all = params.get("all") === "yes";
  const question = useComparison(a, b, all);
  return (
    <Flex vertical gap={16}>
      <Link to={{ search: tabSearch("revisions") }}>{t("console.compare.back")}</Link>
      <h2>{t("console.compare.title")}</h2>
      <Sides key={`${a} ${b}`} a={a} b={b} change={change} />
      <span className="quiet">{t("console.compare.forms")}</span>
      <Checkbox
        checked={all}
        onChange={({ target }) => {
          change({ all: target.checked ? "yes" : null });
        }}
      >
        {t("console.compare.all")}
      </Checkbox>
      <Loaded of={question}>{(found) => <Found found={found} />}</Loaded>
    </Flex>
  );
}
