/** What kind of machine a node is. */
import { useTranslation } from "react-i18next";

import type { Node } from "../../api/nodes";

export function Platform({ node: { platform, libc } }: { node: Node }) {
  const { t } = useTranslation();
  if (!platform) return "–";
  return (
    <>
      <div>{t(`platforms.${platform}`, { defaultValue: platform })}</div>
      {libc && <div className="quiet cut">{libc}</div>}
    </>
  );
}
