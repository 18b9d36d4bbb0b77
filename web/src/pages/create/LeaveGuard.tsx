/** Asks before a page is left with something typed that is not saved. */
import { Modal } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";

interface Props {
  /** Asked when somebody leaves; it is known only then whether something would be lost. */
  unsaved: () => boolean;
}

export function LeaveGuard({ unsaved }: Props) {
  const { t } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      currentLocation.pathname !== nextLocation.pathname && unsaved(),
  );
  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (unsaved()) event.preventDefault();
    };
    addEventListener("beforeunload", leaving);
    return () => {
      removeEventListener("beforeunload", leaving);
    };
  }, [unsaved]);
  return (
    <Modal
      open={blocker.state === "blocked"}
      title={t("console.leave.title")}
      okText={t("console.leave.stay")}
      cancelText={t("console.leave.go")}
      closable={false}
      onOk={() => blocker.reset?.()}
      onCancel={() => blocker.proceed?.()}
      keyboard={false}
      mask={{ closable: false }}
      width={420}
    >
      {t("console.leave.text")}
    </Modal>
  );
}
