/** English: loaded when it is spoken. The command line's own texts are not. */
import locale from "antd/es/locale/en_US";

import { join, type Texts } from "./join";

const files = import.meta.glob<Texts>(["../../../src/venvoy/texts/en/*.json", "!**/cli.json"], {
  eager: true,
  import: "default",
});

export default { locale, texts: join(files) };
