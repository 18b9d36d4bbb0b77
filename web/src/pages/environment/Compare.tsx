/** Two sides beside each other, and what differs between them. */
import "./Compare.css";

import { Button, Checkbox, Flex, Input, Select } from "antd";
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
import { LinkButton } from "../../components/LinkButton";
import { Loaded } from "../../components/Loaded";
import { Moment } from "../../components/Moment";
import { compareSearch, nodeSide, tabSearch, type Wish } from "./tabs";

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

function Heading({ side }: { side: ComparedSide }) {
  const { t } = useTranslation();
  const { environment, revision, node, tags, observed_at: at } = side;
  const name = `${environment} · ${t("console.detail.revisions.name", { revision })}`;
  const where = node ? t(`console.compare.${at ? "held" : "live"}`, { node }) : null;
  const more = [where, ...tags].filter(Boolean);
  return <>{more.length > 0 ? `${name} (${more.join(", ")})` : name}</>;
}

function Values({ values }: { values: ComparedValue[] }) {
  const { t } = useTranslation();
  return values.map(({ text, marker, origin }) => (
    <div key={`${text} ${marker}`}>
      <code>{text}</code>
      {marker && <span className="quiet"> ; {marker}</span>}
      {origin && (
        <span className="mark">{t(`package-origins.${origin}`, { defaultValue: origin })}</span>
      )}
    </div>
  ));
}

/** Where a side is a node: when that told, or that it has not. */
function Told({ sides }: { sides: ComparedSide[] }) {
  const { t } = useTranslation();
  const nodes = sides.filter(({ node }) => node !== null && node !== undefined);
  if (nodes.length === 0) return null;
  return (
    <ul className="compare-told quiet">
      {nodes.map(({ environment, node, revision, observed_at: at }) => (
        <li key={`${environment} ${node ?? ""}`}>
          {at ? (
            <>
              {t("console.compare.told", { node })} <Moment at={at} />
            </>
          ) : (
            t("console.compare.untold", { node, revision })
          )}
        </li>
      ))}
      {nodes.length < sides.length && <li>{t("console.compare.beside")}</li>}
    </ul>
  );
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
      <Told sides={[before, after]} />
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

/** Leads from a node to what it holds beside what is wanted. */
export function WantedLink({ name, node }: { name: string; node: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to={{ search: compareSearch(name, nodeSide(name, node)) }}
      aria-label={t("console.compare.wanted-of", { node })}
    >
      {t("console.compare.wanted")}
    </Link>
  );
}

/** Two nodes, chosen; comparing them is another address. */
export function NodesToCompare({ name, nodes }: { name: string; nodes: string[] }) {
  const { t } = useTranslation();
  const [one = "", another = ""] = nodes;
  const [chosen, setChosen] = useState<[string, string]>([one, another]);
  const options = nodes.map((node) => ({ value: node, label: node }));
  const fields: [string, 0 | 1][] = [
    [t("console.compare.one"), 0],
    [t("console.compare.other"), 1],
  ];
  return (
    <Flex role="group" aria-label={t("console.compare.nodes")} gap={8} align="end" wrap>
      {fields.map(([label, at]) => (
        <Select
          key={at}
          showSearch
          aria-label={label}
          className="compare-node"
          options={options}
          value={chosen[at]}
          onChange={(node) => {
            setChosen(at === 0 ? [node, chosen[1]] : [chosen[0], node]);
          }}
        />
      ))}
      <LinkButton
        to={compareSearch(nodeSide(name, chosen[0]), nodeSide(name, chosen[1]))}
        disabled={chosen[0] === chosen[1]}
      >
        {t("console.compare.show")}
      </LinkButton>
    </Flex>
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
