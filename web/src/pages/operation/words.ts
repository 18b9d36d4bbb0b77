/** What an operation is called. */
import type { TFunction } from "i18next";

import type { Operation } from "../../api/operations";

/** "Build of web on node-1"; what is not known is left out. */
export function titleOf({ kind, environment, node, python }: Operation, t: TFunction): string {
  const what = t(`console.operation.kind.${kind}`, { defaultValue: kind });
  if (python && node) return t("console.operation.python-on", { what, python, node });
  if (!environment) return what;
  if (!node) return t("console.operation.of", { what, environment });
  return t("console.operation.of-on", { what, environment, node });
}
