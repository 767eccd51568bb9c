/** Where a registrant is on her way. */

import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @param {1 | 2 | 3 | 4} present */
export function steps(present) {
  const names = [t("steps.seats"), t("steps.details"), t("steps.payment"), t("steps.done")];
  return h(
    "ol",
    { class: "steps", "aria-label": t("steps.label") },
    ...names.map((name, index) =>
      h(
        "li",
        { class: index + 1 < present ? "steps__past" : "", "aria-current": index + 1 === present ? "step" : null },
        h("span", {}, name),
      ),
    ),
  );
}
