/** Platforms that the lock holds for beside those of its nodes. */
import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";

import { type Platform, PLATFORMS } from "../../api/editing";
import type { Node } from "../../api/nodes";
import { listed } from "../../app/figures";
import { usePreferences } from "../../app/preferences";
import { FieldGroup } from "./Field";

/** So many nodes of one platform are named. */
const FEW = 3;

interface Props {
  value: readonly Platform[];
  onChange: (platforms: Platform[]) => void;
  nodes: Node[];
}

export function PlatformsField({ value, onChange, nodes }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <FieldGroup
      label={t("console.create.platforms")}
      hint={t("console.create.platforms-hint")}
    >
      <div className="choices">
        {PLATFORMS.map((platform) => {
          const used = nodes.filter((node) => node.platform === platform).map(({ name }) => name);
          return (
            <Checkbox
              key={platform}
              checked={used.length > 0 || value.includes(platform)}
              disabled={used.length > 0}
              onChange={({ target }) => {
                const others = value.filter((each) => each !== platform);
                onChange((target.checked ? [...others, platform] : others).sort());
              }}
            >
              {t(`platforms.${platform}`)}
              {used.length > 0 && (
                <span className="quiet">
                  {" · "}
                  {used.length > FEW
                    ? t("console.place.nodes", { count: used.length })
                    : listed(used, language)}
                </span>
              )}
            </Checkbox>
          );
        })}
      </div>
    </FieldGroup>
  );
}
