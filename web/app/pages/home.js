/** All conferences that can be booked. */

import { listConferences } from "../catalogue.js";
import { notice } from "../components/notice.js";
import { poster } from "../components/poster.js";
import { formatDays } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @import { ConferenceAlias } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function page({ signal }) {
  const conferences = await listConferences(signal);
  return {
    title: t("home.title"),
    content: h(
      "div",
      { class: "page" },
      h(
        "div",
        { class: "hero" },
        h("div", { class: "hero__text" }, heading(), h("p", { class: "lead" }, t("home.lead"))),
        h("div", { class: "hero__poster" }, poster("contoso", 5, 4)),
      ),
      conferences.length ? h("ul", { class: "conference-list" }, ...conferences.map(card)) : nothingOn(),
    ),
  };
}

/** A line for each sentence. */
function heading() {
  const sentences = t("home.heading").split(/(?<=\.) /);
  return h("h1", {}, ...sentences.map((sentence) => h("span", { class: "hero__line" }, `${sentence} `)));
}

/** @param {ConferenceAlias} conference */
function card(conference) {
  return h(
    "li",
    { class: "conference-card" },
    h("div", { class: "conference-card__poster" }, poster(conference.code, 6, 3)),
    h(
      "div",
      { class: "conference-card__text" },
      h("h2", {}, h("a", { href: `/conferences/${encodeURIComponent(conference.code)}` }, conference.name)),
      conference.tagline && h("p", { class: "conference-card__tagline" }, conference.tagline),
      h("p", { class: "conference-card__facts" }, formatDays(conference.startDate, conference.endDate)),
      h("p", { class: "conference-card__facts" }, conference.location),
    ),
  );
}

function nothingOn() {
  return notice(
    "info",
    t("home.none"),
    t("home.none.text"),
    h("p", {}, h("a", { href: "/organizer/create/conference" }, t("home.none.create"))),
  );
}
