/** The site starts here. */

import { keepingInput } from "./kept-input.js";
import { loadMessages } from "./i18n.js";
import { refresh, startRouter } from "./router.js";
import { startLanguageChoice, startOfflineNotice, startThemeChoice, translateShell } from "./shell.js";

await loadMessages("common");
translateShell();
startThemeChoice();
startLanguageChoice(() => keepingInput(() => refresh({ focus: false })));
startOfflineNotice();
await startRouter();
