/** The head of a page: title, what can be done, and how others would find it. */
import { Flex } from "antd";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What else it is called, below the title. */
  subtitle?: string;
  /** What the browser calls the page; the title unless told. */
  tab?: string;
  /** The way back up, above the title. */
  trail?: ReactNode;
  /** Beside the title: states, buttons, filters. */
  tools?: ReactNode;
  children: ReactNode;
}

export function Page({ title, subtitle, tab, trail, tools, children }: Props) {
  return (
    <Flex vertical gap={16}>
      <title>{`${tab ?? title} · Venvoy`}</title>
      {trail}
      <div className="page-head">
        <hgroup>
          <h1>{title}</h1>
          {subtitle && <p className="quiet">{subtitle}</p>}
        </hgroup>
        {tools}
      </div>
      {children}
    </Flex>
  );
}
