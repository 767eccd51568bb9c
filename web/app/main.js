/** The site starts here. */

import { keepingInput } from "./kept-input.js";
import { loadMessages } from "./i18n.js";
import { refresh, startRouter } from "./router.js";
import { routeOf } from "./routes.js";
import { startLanguageChoice, startOfflineNotice, startThemeChoice, translateShell } from "./shell.js";

routeOf(location.pathname)
  .route.load()
  .catch(() => {}); // on its way while the texts come; the router says what is wrong
await loadMessages("common");
translateShell();
startThemeChoice();
startLanguageChoice(() => keepingInput(() => refresh({ focus: false })));
startOfflineNotice();
await startRouter();
