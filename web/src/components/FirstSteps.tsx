/** What an empty installation shows: the way to the first environment. */
import "./FirstSteps.css";

import { PlusOutlined } from "@ant-design/icons";
import { Flex } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { useMay } from "../app/who";
import { Command } from "./Command";
import { LinkButton } from "./LinkButton";

/** Requirements to begin with; the page that creates takes them from its address. */
const STARTS = [
  { name: "web", requirements: ["fastapi[standard]", "sqlalchemy"] },
  { name: "crawler", requirements: ["scrapy", "httpx"] },
  { name: "data", requirements: ["pandas", "pyarrow", "matplotlib"] },
] as const;

type Start = (typeof STARTS)[number];

function addressOf({ name, requirements }: Start): string {
  const query = new URLSearchParams({ name, requirements: requirements.join("\n") });
  return `/create?${query.toString()}`;
}

function Starts() {
  const { t } = useTranslation();
  return (
    <ul className="starts">
      {STARTS.map((start) => (
        <li key={start.name}>
          <Link to={addressOf(start)}>
            <strong>{t(`console.first-steps.${start.name}`)}</strong>
            <span className="quiet">{start.requirements.join(", ")}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Who may not create is told calmly that others will. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <section className="panel first-steps">
      <h2>{t("console.first-steps.viewer")}</h2>
      <p className="quiet">{t("console.first-steps.viewer-why")}</p>
    </section>
  );
}

export function FirstSteps() {
  const { t } = useTranslation();
  if (!useMay("operator")) return <Waiting />;
  return (
    <section className="panel first-steps">
      <h2>{t("console.first-steps.title")}</h2>
      <p>{t("console.first-steps.why")}</p>
      <LinkButton type="primary" size="large" to="/create" icon={<PlusOutlined aria-hidden />}>
        {t("console.first-steps.create")}
      </LinkButton>
      <p className="quiet">{t("console.first-steps.start")}</p>
      <Starts />
      <Flex vertical gap={8} className="first-steps-cli">
        <span className="quiet">{t("console.first-steps.cli")}</span>
        <Command>{'venvoy env create web -p "fastapi[standard]" -p sqlalchemy --wait'}</Command>
      </Flex>
    </section>
  );
}
