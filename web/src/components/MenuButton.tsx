/** A button that opens a menu; when that closes, the keyboard is back at the button. */
import { Button, type ButtonProps, Dropdown, type MenuProps } from "antd";
import { useRef } from "react";

export function MenuButton({ items, chosen, ...button }: ButtonProps & {
  items: MenuProps["items"];
  chosen?: string;
}) {
  const own = useRef<HTMLButtonElement>(null);
  return (
    <Dropdown
      autoFocus
      trigger={["click"]}
      menu={{ items: items ?? [], ...(chosen ? { selectedKeys: [chosen] } : {}) }}
      onOpenChange={(open) => {
        // antd leaves the focus in the menu that is gone, so Tab would begin at the top.
        if (!open && document.activeElement?.closest("[role=menu]")) own.current?.focus();
      }}
    >
      <Button ref={own} type="text" aria-haspopup="menu" {...button} />
    </Dropdown>
  );
}
