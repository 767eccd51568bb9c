/** There is no such page. */

import { messagePage } from "../components/problem.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @import { Page } from "../router.js" */

/** @returns {Page} */
export function page() {
  return messagePage(
    t("notFound.title"),
    h("p", {}, t("notFound.text")),
    h("p", { class: "actions" }, h("a", { class: "button", href: "/" }, t("problem.home"))),
  );
}
