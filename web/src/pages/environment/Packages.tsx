/** The packages of one revision: what was asked for first, then what that brought along. */
import { Checkbox, Flex } from "antd";
import type { TFunction } from "i18next";
import { memo, useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { type Environment, type Package, useRevision } from "../../api/environment";
import { bytes } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { type Column, DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { Loaded } from "../../components/Loaded";
import { SearchBox } from "../../components/SearchBox";
import { chosenRevision, packagesShown } from "./packageList";
import { tabSearch, type Wish } from "./tabs";

const NOTHING = "–";

/** Who asks for a package, the owner first; a package of the list leads to itself. */
function Askers({ row }: { row: Package }) {
  const { t } = useTranslation();
  const others = (row.required_by ?? []).flatMap(({ by }) => by ?? []);
  return (
    <>
      {row.requested && <span className="asked-for">{t("console.detail.packages.requested")}</span>}
      {row.requested && others.length > 0 && ", "}
      {others.join(", ")}
      {!row.requested && others.length === 0 && NOTHING}
    </>
  );
}

function columnsOf(t: TFunction, language: string): Column<Package>[] {
  return [
    {
      key: "name",
      title: t("console.detail.packages.name"),
      render: (row) => (row.requested ? <strong>{row.name}</strong> : row.name),
    },
    {
      key: "version",
      title: t("console.detail.packages.version"),
      width: "18%",
      render: (row) => row.version,
    },
    {
      key: "size",
      title: t("console.detail.packages.size"),
      width: 100,
      number: true,
      render: (row) => (row.size === null ? NOTHING : bytes(row.size, language)),
    },
    {
      key: "by",
      title: t("console.detail.packages.by"),
      width: "28%",
      wideOnly: true,
      render: (row) => <Askers row={row} />,
    },
    {
      key: "marker",
      title: t("console.detail.packages.marker"),
      width: "20%",
      wideOnly: true,
      render: (row) => (row.marker ? <code>{row.marker}</code> : NOTHING),
    },
  ];
}

/** Apart, so that live changes of the environment leave hundreds of rows alone. */
const Table = memo(function Table({ rows }: { rows: Package[] }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const columns = useMemo(() => columnsOf(t, language), [t, language]);
  return (
    <DataTable<Package>
      label={t("console.column.packages")}
      columns={columns}
      rows={rows}
      keyOf={(row) => `${row.name} ${row.version} ${row.marker ?? ""}`}
      nameOf={(row) => row.name}
    />
  );
});

interface StepsProps {
  chosen: number;
  newest: number;
}

/** Which revision is looked at, and the ways to those beside it. */
function Steps({ chosen, newest }: StepsProps) {
  const { t } = useTranslation();
  const to = (number: number) => ({
    search: tabSearch("packages", number === newest ? {} : { revision: String(number) }),
  });
  return (
    <Flex gap={16} align="baseline" wrap>
      <span>
        {t("console.detail.packages.of", { revision: chosen })}
        {chosen === newest && ` · ${t("console.detail.newest")}`}
      </span>
      {chosen > 1 && (
        <Link to={to(chosen - 1)}>
          {t("console.detail.packages.older", { revision: chosen - 1 })}
        </Link>
      )}
      {chosen < newest && (
        <Link to={to(chosen + 1)}>
          {t("console.detail.packages.newer", { revision: chosen + 1 })}
        </Link>
      )}
    </Flex>
  );
}

interface ListProps extends Wish {
  environment: Environment;
  chosen: number;
}

function List({ environment, chosen, params, change }: ListProps) {
  const { t } = useTranslation();
  const plain = useRevision(environment, chosen);
  // Who asks for what may take the index some time: the packages do not wait for it.
  const asked = useRevision(environment, chosen, true);
  const question = asked.data ? asked : plain;
  const search = useDeferredValue(params.get("search") ?? "");
  const requested = params.get("requested") === "1";
  const packages = question.data?.packages;
  const rows = useMemo(
    () => packagesShown(packages ?? [], { search, requested }),
    [packages, search, requested],
  );
  return (
    <>
      <Flex gap="8px 16px" align="center" wrap>
        <SearchBox
          label={t("console.detail.packages.search")}
          value={params.get("search") ?? ""}
          onSearch={(text) => {
            change({ search: text || null }, { replace: true });
          }}
        />
        <Checkbox
          checked={requested}
          onChange={({ target }) => {
            change({ requested: target.checked ? "1" : null }, { replace: true });
          }}
        >
          {t("console.detail.packages.only")}
        </Checkbox>
        {packages && (
          <span className="quiet" role="status">
            {t("console.detail.packages.count", { shown: rows.length, total: packages.length })}
          </span>
        )}
      </Flex>
      <Loaded of={question}>
        {() =>
          rows.length > 0 ? (
            <Table rows={rows} />
          ) : (
            <Empty text={t("console.detail.packages.none")} />
          )
        }
      </Loaded>
    </>
  );
}

export function Packages({ environment, ...wish }: { environment: Environment } & Wish) {
  const { t } = useTranslation();
  const { revision: newest } = environment;
  if (newest === null) return <Empty text={t("console.detail.packages.not-yet")} />;
  const chosen = chosenRevision(wish.params.get("revision"), newest);
  return (
    <div className="stack">
      <Steps chosen={chosen} newest={newest} />
      <List environment={environment} chosen={chosen} {...wish} />
    </div>
  );
}
