/** Money for an order that has expired: its seats are sought again, or the money is returned. */

import { isAbort } from "../api-error.js";
import { accessCodeBox } from "../components/copy-button.js";
import { messagePage } from "../components/problem.js";
import { waiting } from "../components/skeleton.js";
import { h } from "../dom.js";
import { isRefundNews } from "../drafts.js";
import { t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { readOrder } from "../orders.js";
import { pageOf } from "./order.js";
import { forgottenNotice, yourData } from "./your-data.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * Waits until it is known whether there are seats; the page says that it is safe to leave.
 * @param {Order} order rejected, and paid
 * @param {Visit} visit
 * @returns {Page}
 */
export function lateMoneyPage(order, visit) {
  void followSeatsAgain(order, visit);
  return messagePage(
    t("late.title"),
    h("p", {}, t("late.text")),
    waiting(t("late.waiting")),
    h("p", {}, t("late.refund")),
    h("p", { class: "actions" }, h("a", { class: "button button--quiet", href: "/" }, t("problem.home"))),
  );
}

/**
 * @param {Order} order
 * @param {Visit} visit
 */
async function followSeatsAgain(order, visit) {
  try {
    let latest = order;
    while (latest.state === "rejected" && !isRefundNews(latest)) {
      latest = await readOrder(order.orderId, { afterVersion: latest.version, wait: 10, signal: visit.signal });
    }
    visit.show(await pageOf(latest, visit));
  } catch (error) {
    // The page says what is certain; loading it again asks again.
    if (!isAbort(error)) console.warn("could not see whether the seats were had again", error);
  }
}

/**
 * @param {Order} order rejected, with a refund due
 * @param {Visit} visit
 * @returns {Page}
 */
export function refundPage(order, visit) {
  const { registrant, refundAmount = "", currency } = order;
  const isForTheseSeats = refundAmount === order.total;
  const again = `/conferences/${encodeURIComponent(order.conferenceCode)}`;
  return messagePage(
    t("refund.title"),
    forgottenNotice(order),
    h("p", {}, t(isForTheseSeats ? "refund.text" : "refund.other", { amount: formatMoney(refundAmount, currency) })),
    h("p", {}, t("refund.next")),
    h("h2", {}, t("thanks.code")),
    h("p", {}, registrant ? t("refund.code", { email: registrant.email }) : t("forgotten.code.text")),
    accessCodeBox(order.accessCode),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: again }, t("expired.again")),
      h("a", { class: "button button--quiet", href: "/" }, t("problem.home")),
    ),
    yourData(order, visit),
  );
}
