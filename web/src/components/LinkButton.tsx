/** A way to another page that looks like a button, and opens in a new tab as links do. */
import { Button, type ButtonProps } from "antd";
import type { MouseEventHandler } from "react";
import { useHref, useLinkClickHandler } from "react-router";

export function LinkButton({ to, ...button }: ButtonProps & { to: string }) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return <Button {...button} href={href} onClick={follow as MouseEventHandler<HTMLElement>} />;
}
