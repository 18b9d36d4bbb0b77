/** Asks before a page is left with something typed that is not saved. */
import { Button, Flex } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";

import { Dialog } from "../../components/Dialog";

interface Props {
  /** Asked when somebody leaves; it is known only then whether something would be lost. */
  unsaved: () => boolean;
  /** Whether a reload brings back what was typed, so that only other pages are asked about. */
  reloads?: boolean;
}

export function LeaveGuard({ unsaved, reloads = false }: Props) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && unsaved(),
  );
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (!reloads && unsaved()) event.preventDefault();
    };
    addEventListener("beforeunload", leaving);
    return () => {
      removeEventListener("beforeunload", leaving);
    };
  }, [unsaved, reloads]);
  if (blocker.state !== "blocked") return null;
  return (
    <Dialog narrow title={t("console.leave.title")} onClose={blocker.reset}>
      <Flex vertical gap={16}>
        {t("console.leave.text")}
        <Flex gap={8} justify="end" wrap>
          <Button onClick={blocker.proceed}>{t("console.leave.go")}</Button>
          <Button type="primary" onClick={blocker.reset} autoFocus>
            {t("console.leave.stay")}
          </Button>
        </Flex>
      </Flex>
    </Dialog>
  );
}
