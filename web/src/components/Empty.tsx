/** A list with nothing in it: said, and what to do about it. */
import { Flex } from "antd";
import type { ReactNode } from "react";

export function Empty({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <Flex vertical align="center" gap={12} className="panel">
      <span role="status">{text}</span>
      {children}
    </Flex>
  );
}
