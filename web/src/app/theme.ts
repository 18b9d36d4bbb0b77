/** Design tokens for light and dark; contrasts meet WCAG AA on their backgrounds. */
import { theme, type ThemeConfig } from "antd";

export type Tone = "good" | "bad" | "warn" | "busy" | "calm";

interface Palette {
  accent: string;
  onAccent: string;
  page: string;
  surface: string;
  raised: string;
  elevated: string;
  quiet: string;
  chosen: string;
  tones: Record<Tone, string>;
  badBack: [fill: string, edge: string];
  busyBack: [fill: string, edge: string];
}

const LIGHT: Palette = {
  accent: "#0f766e",
  onAccent: "#ffffff",
  page: "#f6f8f8",
  surface: "#ffffff",
  raised: "#f2f5f5",
  elevated: "#ffffff",
  quiet: "#57636a",
  chosen: "#e6f3f1",
  tones: { good: "#17692c", bad: "#b3261e", warn: "#8a5300", busy: "#0b5cad", calm: "#4d5757" },
  badBack: ["#fdf2f1", "#efb8b3"],
  busyBack: ["#eef5fd", "#b3d2f2"],
};

const DARK: Palette = {
  accent: "#2dd4bf",
  onAccent: "#04211e",
  page: "#0d1117",
  surface: "#151b23",
  raised: "#1b222c",
  elevated: "#1f2731",
  quiet: "#a3adb8",
  chosen: "#12312d",
  tones: { good: "#56d374", bad: "#ff8f87", warn: "#f0b429", busy: "#79b8ff", calm: "#adb7b7" },
  badBack: ["#26171a", "#6d3034"],
  busyBack: ["#122236", "#2b4d73"],
};

export function paletteFor(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

/** `still` is for people to whom things that move are a trouble, and who told their system. */
export function themeFor(dark: boolean, still: boolean): ThemeConfig {
  const { accent, onAccent, page, surface, elevated, quiet, chosen, tones, badBack, busyBack } =
    paletteFor(dark);
  return {
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: dark ? "venvoy-dark" : "venvoy-light" },
    token: {
      colorPrimary: accent,
      colorLink: accent,
      // What antd makes of it for links that are pointed at is too pale to read.
      colorLinkHover: accent,
      colorLinkActive: accent,
      colorInfo: tones.busy,
      colorInfoBg: busyBack[0],
      colorInfoBorder: busyBack[1],
      colorError: tones.bad,
      colorErrorBg: badBack[0],
      colorErrorBorder: badBack[1],
      colorTextLightSolid: onAccent,
      colorBgLayout: page,
      colorBgContainer: surface,
      colorBgElevated: elevated,
      controlItemBgActive: chosen,
      controlItemBgActiveHover: chosen,
      colorTextDescription: quiet,
      colorTextPlaceholder: quiet,
      borderRadius: 8,
      motion: !still,
      fontFamily:
        "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
      fontFamilyCode: "ui-monospace, 'SF Mono', 'Cascadia Code', Menlo, Consolas, monospace",
    },
    components: {
      Alert: { withDescriptionPadding: "14px 16px", withDescriptionIconSize: 20 },
    },
  };
}
