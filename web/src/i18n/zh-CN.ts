/** Chinese: loaded when it is spoken. The command line's own texts are not. */
import locale from "antd/es/locale/zh_CN";

import { join, type Texts } from "./join";

const files = import.meta.glob<Texts>(["../../../src/venvoy/texts/zh-CN/*.json", "!**/cli.json"], {
  eager: true,
  import: "default",
});

export default { locale, texts: join(files) };
