/**
 * A question over the page, until it is answered: the browser's own modal `<dialog>`.
 *
 * antd's Modal keeps the page from scrolling by a style that carries no nonce, which the
 * page's content security policy refuses. The browser's own holds the focus within, gives
 * it back afterwards, and makes the page behind it inert. What antd opens at the end of
 * the document, such as menus, stands behind it.
 */
import "./Dialog.css";

import { type ReactNode, useCallback, useId, useState } from "react";

interface Props {
  title: string;
  /** Called when somebody turns away; without it there is nothing but to answer. */
  onClose?: () => void;
  narrow?: boolean;
  wide?: boolean;
  children: ReactNode;
}

/** Open for as long as it is there. */
export function Dialog({ title, onClose, narrow = false, wide = false, children }: Props) {
  const [open, setOpen] = useState(false);
  const heading = useId();
  const show = useCallback((dialog: HTMLDialogElement) => {
    dialog.showModal();
    setOpen(true);
    return () => {
      dialog.close();
    };
  }, []);
  return (
    <dialog
      ref={show}
      className={["dialog", narrow && "narrow", wide && "wide"].filter(Boolean).join(" ")}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      // A second Escape closes it whatever the page says.
      onClose={({ currentTarget }) => {
        if (onClose) onClose();
        else if (!currentTarget.open) currentTarget.showModal();
      }}
    >
      <h2 id={heading}>{title}</h2>
      {/* Later than the dialog itself: what is not shown yet cannot take the focus. */}
      {open && children}
    </dialog>
  );
}
