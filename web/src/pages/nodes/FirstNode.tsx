/** What a fleet without further machines shows: the way to the first of them. */
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";

import { useMay } from "../../app/who";
import { Prose } from "../../components/Prose";

interface Props {
  onAdd: () => void;
}

function Way({ onAdd }: Props) {
  const { t } = useTranslation();
  const may = useMay("admin");
  if (!may) return <p className="quiet">{t("console.nodes.first.admin")}</p>;
  return (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={onAdd}>
      {t("console.nodes.add.label")}
    </Button>
  );
}

export function FirstNode({ onAdd }: Props) {
  const { t } = useTranslation();
  return (
    <section className="panel first-node">
      <h2>{t("console.nodes.first.title")}</h2>
      <p>{t("console.nodes.first.why")}</p>
      <Way onAdd={onAdd} />
    </section>
  );
}

/** Below the controller's own machine, which is the only one. */
export function Lonely({ onAdd }: Props) {
  const { t } = useTranslation();
  return (
    <section className="panel first-node">
      <h2>{t("console.nodes.first.lonely")}</h2>
      <p>
        <Prose text={t("console.nodes.first.lonely-why")} />
      </p>
      <Way onAdd={onAdd} />
    </section>
  );
}
