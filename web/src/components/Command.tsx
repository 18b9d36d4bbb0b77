/** A command to copy. */
import { Typography } from "antd";

export function Command({ children }: { children: string }) {
  return (
    <Typography.Paragraph
      code
      copyable={{ text: children }}
      style={{ margin: 0, overflowWrap: "anywhere" }}
    >
      {children}
    </Typography.Paragraph>
  );
}
