/** The head of a page: title, what can be done, and how others would find it. */
import { Flex } from "antd";
import type { ReactNode } from "react";

interface Props {
  title: string;
  /** What the browser calls the page; the title unless told. */
  tab?: string;
  /** The way back up, above the title. */
  trail?: ReactNode;
  /** Beside the title: states, buttons, filters. */
  tools?: ReactNode;
  children: ReactNode;
}

export function Page({ title, tab, trail, tools, children }: Props) {
  return (
    <Flex vertical gap={16}>
      <title>{`${tab ?? title} · Venvoy`}</title>
      {trail}
      <div className="page-head">
        <h1>{title}</h1>
        {tools}
      </div>
      {children}
    </Flex>
  );
}
