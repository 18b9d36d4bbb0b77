/** Design tokens for light and dark; contrasts meet WCAG AA on their backgrounds. */
import { theme, type ThemeConfig } from "antd";

export function themeFor(dark: boolean): ThemeConfig {
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: dark ? "venvoy-dark" : "venvoy-light" },
    token: {
      colorPrimary: dark ? "#2dd4bf" : "#0f766e",
      colorLink: dark ? "#2dd4bf" : "#0f766e",
      colorTextLightSolid: dark ? "#04211e" : "#ffffff",
      colorBgLayout: dark ? "#0d1117" : "#f6f8f8",
      colorBgContainer: dark ? "#151b23" : "#ffffff",
      colorTextPlaceholder: dark ? "#8b949e" : "#667070",
      borderRadius: 8,
      fontFamily:
        "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
      fontFamilyCode: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
    },
    components: {
      Layout: { headerBg: dark ? "#151b23" : "#ffffff", headerHeight: 56, headerPadding: "0 24px" },
      Table: { headerBg: dark ? "#1b222c" : "#f2f5f5" },
    },
  };
}
