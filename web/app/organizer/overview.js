/** How the conference sells, and whether the public sees it. */

import { isAbort } from "../api-error.js";
import { whileBusy } from "../components/busy.js";
import { ask } from "../components/dialog.js";
import { notice } from "../components/notice.js";
import { problemNotice } from "../components/problem.js";
import { h } from "../dom.js";
import { formatNumber, t } from "../i18n.js";
import { formatCents } from "../money.js";
import { refresh } from "../router.js";
import { readAllOrders, setPublished } from "./conferences.js";
import { figuresOf } from "./figures.js";
import { framed, organizersPage } from "./frame.js";
import { statusFigure, timelineFigure } from "./orders-figures.js";
import { seatsFigure } from "./seats-figure.js";
import { timelineOf } from "./timeline.js";

/** @import { ManagedConference } from "../contract.js" */
/** @import { Figures } from "./figures.js" */

export const page = organizersPage(async (conference, { signal }) => {
  const orders = await readAllOrders(conference.code, { signal });
  const figures = figuresOf(conference, orders);
  const timeline = timelineOf(orders);
  return framed(
    conference,
    "overview",
    t("overview.heading"),
    figures.refundsDue > 0 && refunds(conference.code, figures.refundsDue),
    publishing(conference, signal),
    tiles(figures),
    figures.seats.length > 0 && seatsFigure(figures.seats),
    timeline && timelineFigure(timeline),
    statusFigure(figures.orders),
  );
});

/**
 * @param {string} code
 * @param {number} count
 */
function refunds(code, count) {
  const link = h("a", { class: "button button--quiet", href: `/organizer/${code}/orders` }, t("overview.refunds.show"));
  return notice(
    "danger",
    t("overview.refunds", { count }),
    t("overview.refunds.text"),
    h("p", { class: "actions" }, link),
  );
}

/**
 * @param {ManagedConference} conference
 * @param {AbortSignal} signal
 */
function publishing(conference, signal) {
  const { isPublished, seatTypes } = conference;
  const outcome = h("div", { class: "form__outcome" });
  const button = h(
    "button",
    { type: "button", class: `button ${isPublished ? "button--quiet" : "button--primary"}` },
    isPublished ? t("publish.unpublish") : t("publish.publish"),
  );
  const change = () =>
    whileBusy(button, t("publish.busy"), async () => {
      outcome.replaceChildren();
      try {
        await setPublished(conference.code, !isPublished);
        await refresh({ signal });
      } catch (error) {
        if (!isAbort(error)) outcome.replaceChildren(problemNotice(error, { retry: change, safe: t("publish.safe") }));
      }
    });
  button.addEventListener("click", async () => {
    const sure = await ask(
      isPublished
        ? { title: t("publish.ask.off"), text: t("publish.ask.off.text"), yes: t("publish.unpublish") }
        : { title: t("publish.ask.on"), text: t("publish.ask.on.text"), yes: t("publish.publish") },
    );
    if (sure) await change();
  });
  return h(
    "section",
    { class: "panel publishing", "aria-labelledby": "publishing" },
    h("h2", { id: "publishing" }, isPublished ? t("publish.on") : t("publish.off")),
    h("p", {}, isPublished ? t("publish.on.text") : t("publish.off.text")),
    seatTypes.length === 0 &&
      notice(
        "info",
        t("publish.noSeats"),
        h("p", {}, h("a", { href: `/organizer/${conference.code}/seat-types` }, t("publish.noSeats.add"))),
      ),
    outcome,
    h("div", { class: "actions" }, button),
  );
}

/** @param {Figures} figures */
function tiles({ seats, orders, revenue }) {
  const sold = seats.reduce((sum, seat) => sum + seat.sold, 0);
  const tile = (/** @type {string} */ name, /** @type {string} */ value) =>
    h("div", { class: "tile" }, h("dt", {}, name), h("dd", {}, value));
  return h(
    "dl",
    { class: "tiles" },
    tile(t("overview.revenue"), formatCents(revenue)),
    tile(t("overview.sold"), formatNumber(sold)),
    tile(t("overview.paid"), formatNumber(orders.paid)),
    tile(t("overview.pending"), formatNumber(orders.pending)),
  );
}
