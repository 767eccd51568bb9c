/** The orders of a conference, and who comes. */

import { announce } from "../announce.js";
import { notice } from "../components/notice.js";
import { waiting } from "../components/skeleton.js";
import { problemNotice } from "../components/problem.js";
import { isAbort } from "../api-error.js";
import { formatMoment } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { cents, formatMoney } from "../money.js";
import { refresh } from "../router.js";
import { readAllOrders } from "./conferences.js";
import { DataTable } from "./data-table.js";
import { forgetButton } from "./forget-button.js";
import { framed, organizersPage } from "./frame.js";

/** @import { ManagedConference, ManagedOrder, ManagedSeat } from "../contract.js" */
/** @import { Column } from "./data-table.js" */
/** @typedef {{ order: ManagedOrder, seat: ManagedSeat }} Seat */

export const page = organizersPage((conference, { signal }) => {
  const progress = waiting(t("orders.loading"));
  const place = h("div", { class: "orders-place", "aria-busy": "true" }, progress);
  void fill(conference, place, progress, signal);
  return framed(conference, "orders", t("orders.heading"), place);
});

/**
 * @param {ManagedConference} conference
 * @param {HTMLElement} place
 * @param {HTMLElement} progress
 * @param {AbortSignal} signal
 */
async function fill({ code }, place, progress, signal) {
  const onProgress = (/** @type {number} */ count) => progress.lastChild?.replaceWith(t("orders.progress", { count }));
  try {
    const orders = await readAllOrders(code, { signal, onProgress });
    place.replaceChildren(...tables(code, orders));
    announce(t("orders.loaded", { count: orders.length }));
  } catch (error) {
    if (!isAbort(error)) place.replaceChildren(problemNotice(error, { retry: () => void refresh() }));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/**
 * @param {string} code
 * @param {ManagedOrder[]} orders
 */
function tables(code, orders) {
  const due = h("div", { class: "form__outcome" });
  const outcome = h("div", { class: "form__outcome" });
  const showDue = () => due.replaceChildren(...refundsDue(orders));
  const update = () => {
    showDue();
    ordersTable.update();
    attendeesTable.update();
  };
  const ordersTable = new DataTable({
    id: "orders",
    caption: t("orders.heading"),
    columns: orderColumns(),
    rows: orders,
    actions: { name: t("orders.data"), of: (order) => forgetButton(code, order, outcome, update) },
    file: `${code}-orders.csv`,
    none: t("orders.none"),
  });
  const seats = orders
    .filter((order) => order.status === "paid")
    .flatMap((order) => order.attendees.map((seat) => ({ order, seat })));
  const attendeesTable = new DataTable({
    id: "attendees",
    caption: t("attendees.heading"),
    columns: seatColumns(),
    rows: seats,
    file: `${code}-attendees.csv`,
    none: t("attendees.none"),
  });
  showDue();
  return [due, outcome, ordersTable.element, h("h2", {}, t("attendees.heading")), attendeesTable.element];
}

/** @param {ManagedOrder[]} orders */
function refundsDue(orders) {
  const due = orders.map(refundText).filter((text) => text !== null);
  if (due.length === 0) return [];
  const lines = h("ul", {}, ...due.map((text) => h("li", {}, text)));
  return [notice("danger", t("overview.refunds", { count: due.length }), t("overview.refunds.text"), lines)];
}

/**
 * Nothing for an order that is owed nothing. What is due may be less than its total, or more.
 * @param {ManagedOrder} order
 */
function refundText({ accessCode, registrantForgotten, registrantName, registrantEmail, refundAmount, currency }) {
  if (!refundAmount) return null;
  const amount = formatMoney(refundAmount, currency);
  if (registrantForgotten) return t("orders.refund.forgotten", { code: accessCode, amount });
  return t("orders.refund", { code: accessCode, name: registrantName ?? "", email: registrantEmail ?? "", amount });
}

/** @returns {Column<ManagedOrder>[]} */
function orderColumns() {
  return [
    { name: t("orders.code"), text: (order) => order.accessCode, shown: (order) => h("code", {}, order.accessCode) },
    { name: t("orders.registrant"), text: registrantText, shown: registrantShown },
    { name: t("orders.email"), text: (order) => order.registrantEmail ?? "" },
    {
      name: t("orders.total"),
      text: (order) => order.totalAmount,
      number: (order) => cents(order.totalAmount),
      shown: (order) => formatMoney(order.totalAmount, order.currency),
    },
    { name: t("orders.status"), text: (order) => statusTexts(order).join(", "), shown: statusBadge },
    {
      name: t("orders.seats"),
      text: (order) => String(order.attendees.length),
      number: (order) => order.attendees.length,
    },
    {
      name: t("orders.placed"),
      text: (order) => order.placedAt,
      number: (order) => Date.parse(order.placedAt),
      shown: (order) => h("time", { datetime: order.placedAt }, formatMoment(order.placedAt)),
    },
  ];
}

/** @returns {Column<Seat>[]} */
function seatColumns() {
  return [
    { name: t("attendees.seat"), text: ({ seat }) => seat.seatName },
    { name: t("attendees.lastName"), text: ({ seat }) => seat.attendee?.lastName ?? "" },
    { name: t("attendees.firstName"), text: ({ seat }) => seat.attendee?.firstName ?? "" },
    { name: t("orders.email"), text: ({ seat }) => seat.attendee?.email ?? "" },
    {
      name: t("attendees.order"),
      text: ({ order }) => order.accessCode,
      shown: ({ order }) => h("code", {}, order.accessCode),
    },
    {
      name: t("orders.registrant"),
      text: ({ order }) => registrantText(order),
      shown: ({ order }) => registrantShown(order),
    },
  ];
}

/** @param {ManagedOrder} order */
function registrantText({ registrantForgotten, registrantName }) {
  return registrantForgotten ? t("orders.forgotten") : (registrantName ?? "");
}

/** @param {ManagedOrder} order */
function registrantShown(order) {
  const text = registrantText(order);
  return order.registrantForgotten ? h("span", { class: "badge" }, text) : text;
}

/**
 * What became of an order, and what is to be given back of it if anything is.
 * @param {ManagedOrder} order
 */
function statusTexts({ status, refundAmount, currency }) {
  const words = { paid: t("status.paid"), pending: t("status.pending"), expired: t("status.expired") }[status];
  return refundAmount ? [words, t("status.refundDue", { amount: formatMoney(refundAmount, currency) })] : [words];
}

/** @param {ManagedOrder} order */
function statusBadge(order) {
  const tone = { paid: "ok", pending: "warning", expired: "plain" }[order.status];
  const [status, refund] = statusTexts(order);
  return h(
    "span",
    { class: "badges" },
    h("span", { class: `badge badge--${tone}` }, status),
    refund && h("span", { class: "badge badge--danger" }, refund),
  );
}
