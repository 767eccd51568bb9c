/** Edit what the public reads about the conference. */

import { form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { conferenceFields, detailsFrom } from "./conference-fields.js";
import { updateConference } from "./conferences.js";
import { framed, organizersPage } from "./frame.js";

export const page = organizersPage((conference) => {
  const saved = h("div", {});
  return framed(
    conference,
    "details",
    t("details.heading"),
    h(
      "div",
      { class: "page--form" },
      form({
        label: t("details.heading"),
        fields: conferenceFields(conference),
        submit: t("details.submit"),
        busy: t("details.busy"),
        safe: t("details.safe"),
        onSubmit: async (values) => {
          saved.replaceChildren();
          await updateConference(conference.code, detailsFrom(values));
          saved.replaceChildren(notice("ok", t("details.saved"), conference.isPublished && t("details.saved.public")));
        },
      }),
      saved,
    ),
  );
});
