/** One conference: what it is about, and its seats. */

import { ApiError } from "../api-error.js";
import { readConference } from "../catalogue.js";
import { notice } from "../components/notice.js";
import { poster } from "../components/poster.js";
import { messagePage } from "../components/problem.js";
import { seatForm } from "../components/seat-form.js";
import { steps } from "../components/steps.js";
import { formatDays } from "../dates.js";
import { h } from "../dom.js";
import { askForSeats, draftOf } from "../drafts.js";
import { t } from "../i18n.js";
import { navigate } from "../router.js";

/** @import { Conference } from "../contract.js" */
/** @import { Draft } from "../drafts.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function page({ params: { code = "" }, signal }) {
  try {
    return conferencePage(await readConference(code, signal), signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return unknownConference();
    throw error;
  }
}

/**
 * @param {Conference} conference
 * @param {AbortSignal} signal
 */
function conferencePage(conference, signal) {
  const draft = draftOf(conference.code);
  const underWay = draft?.answered ? draft : null;
  return {
    title: conference.name,
    content: h(
      "div",
      { class: "page" },
      banner(conference),
      h("p", { class: "conference__description" }, conference.description),
      conference.twitterSearch && twitterLink(conference.twitterSearch),
      h(
        "section",
        { class: "conference__seats", "aria-labelledby": "seats-title" },
        steps(1),
        h("h2", { id: "seats-title" }, t("seats.heading")),
        conference.seatTypes.length
          ? seatForm({
              seatTypes: conference.seatTypes,
              chosen: quantities(draft),
              held: quantities(underWay),
              message: underWay && underWayNotice(underWay),
              submit: underWay ? t("seats.change") : t("seats.continue"),
              onSubmit: async (seats) =>
                navigate(`/orders/${await askForSeats(conference.code, seats)}`, { signal }),
            })
          : notice("info", t("seats.none")),
      ),
    ),
  };
}

/** @param {Conference} conference */
function banner(conference) {
  return h(
    "div",
    { class: "conference__banner" },
    h("div", { class: "conference__poster" }, poster(conference.code, 8, 4)),
    h(
      "div",
      { class: "conference__title" },
      h("h1", {}, conference.name),
      conference.tagline && h("p", { class: "lead" }, conference.tagline),
      h(
        "dl",
        { class: "conference__facts" },
        h(
          "div",
          {},
          h("dt", {}, t("conference.when")),
          h("dd", {}, formatDays(conference.startDate, conference.endDate)),
        ),
        h("div", {}, h("dt", {}, t("conference.where")), h("dd", {}, conference.location)),
      ),
    ),
  );
}

/** @param {string} search */
function twitterLink(search) {
  const link = `https://twitter.com/search?q=${encodeURIComponent(search)}`;
  return h(
    "p",
    {},
    h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, t("conference.twitter", { search })),
  );
}

/** @param {Draft} draft */
function underWayNotice(draft) {
  const checkout = h(
    "a",
    { href: `/orders/${draft.orderId}`, class: "button button--quiet" },
    t("seats.underWay.continue"),
  );
  return notice("info", t("seats.underWay"), t("seats.underWay.text"), h("p", { class: "actions" }, checkout));
}

/** @param {Draft | null} draft */
function quantities(draft) {
  return new Map(draft?.seats.map(({ seatType, quantity }) => [seatType, quantity]));
}

function unknownConference() {
  return messagePage(
    t("conference.unknown"),
    h("p", {}, t("conference.unknown.text")),
    h("p", { class: "actions" }, h("a", { class: "button", href: "/" }, t("conference.unknown.all"))),
  );
}
