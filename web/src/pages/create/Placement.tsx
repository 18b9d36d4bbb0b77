/** Where the environment goes: to `local`, or to nodes by name and by label; with who that is. */
import { WarningFilled } from "@ant-design/icons";
import { Radio, Skeleton } from "antd";
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { Failure } from "../../components/Failure";
import { StateTag } from "../../components/StateTag";
import { FieldGroup } from "./Field";
import { NamesField } from "./NamesField";
import { DEFAULT_NODE, type Matched, type Placed, placedProblem } from "./placed";
import { SelectField } from "./SelectField";
import type { PlacedState } from "./usePlaced";

/** So many are shown one by one; of more, a few names and their number say as much. */
const FEW = 4;
const NAMED = 8;

function One({ node }: { node: Node }) {
  return (
    <li>
      <strong>{node.name}</strong>
      <StateTag state={node.state} />
      {node.hostname && <span className="quiet">{node.hostname}</span>}
    </li>
  );
}

/** What is worth knowing of some of many: those that do not get it at once. */
function Some({ nodes }: { nodes: readonly Node[] }) {
  const { t } = useTranslation();
  const count = (state: Node["state"]) => nodes.filter((node) => node.state === state).length;
  const told = (["offline", "cordoned"] as const).filter((state) => count(state) > 0);
  return told.map((state) => (
    <div key={state} className="quiet">
      <WarningFilled aria-hidden /> {t(`console.place.${state}`, { count: count(state) })}
    </div>
  ));
}

function Who({ matched, placed }: { matched: Matched; placed: Placed }) {
  const { t, i18n } = useTranslation();
  const { language } = usePreferences();
  const { nodes, total, missing } = matched;
  const names = listed(nodes.slice(0, NAMED).map(({ name }) => name), language);
  const shown = new Intl.NumberFormat(i18n.language).format(total);
  const more = total - Math.min(nodes.length, NAMED);
  return (
    <div className="placed" role="status">
      {placed.chosen && <strong>{t("console.place.matches", { count: total, shown })}</strong>}
      {total > 0 && total <= FEW && (
        <ul className="placement">
          {nodes.map((node) => (
            <One key={node.id} node={node} />
          ))}
        </ul>
      )}
      {total > FEW && (
        <div className="placed-names">
          {more > 0 ? t("console.place.and-more", { names, count: more }) : names}
        </div>
      )}
      {total > FEW && <Some nodes={nodes} />}
      {!placed.chosen && total === 0 && <div className="quiet">{t("console.create.no-nodes")}</div>}
      {placed.chosen && total === 0 && Object.keys(placed.select).length > 0 && (
        <div className="quiet">{t("console.place.later")}</div>
      )}
      {placed.chosen && missing.length > 0 && (
        <div className="field-error">
          {t("console.place.missing", { names: listed(missing, language) })}
        </div>
      )}
    </div>
  );
}

interface Props {
  value: Placed;
  onChange: (placed: Placed) => void;
  state: PlacedState;
  /** Whether to say that nothing is chosen yet. */
  strict: boolean;
}

export function Placement({ value, onChange, state, strict }: Props) {
  const { t } = useTranslation();
  const { matched, error, behind } = state;
  const wrong = strict ? placedProblem(value) : null;
  const empty = placedProblem(value) !== null;
  return (
    <FieldGroup label={t("console.create.nodes")} error={wrong}>
      <Radio.Group
        className="choices"
        value={value.chosen}
        onChange={({ target }) => {
          onChange({ ...value, chosen: target.value === true });
        }}
      >
        <Radio value={false}>{t("console.place.local", { name: DEFAULT_NODE })}</Radio>
        <Radio value>{t("console.place.chosen")}</Radio>
      </Radio.Group>
      {value.chosen && (
        <div className="placed-fields">
          <NamesField
            value={value.nodes}
            onChange={(nodes) => {
              onChange({ ...value, nodes });
            }}
          />
          <SelectField
            value={value.select}
            onChange={(select) => {
              onChange({ ...value, select });
            }}
          />
        </div>
      )}
      {error && <Failure error={error} />}
      {!matched && !error && !empty && <Skeleton.Input active size="small" />}
      {matched && !empty && (
        <div aria-busy={behind}>
          <Who matched={matched} placed={value} />
        </div>
      )}
    </FieldGroup>
  );
}
