/** The time to pay is over; the seats go back. */

import { isAbort } from "../api-error.js";
import { messagePage } from "../components/problem.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { readOrder } from "../orders.js";
import { pageOf } from "./order.js";
import { forgottenNotice, yourData } from "./your-data.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

const ROUNDS = 6;

/**
 * @param {Order} order
 * @param {Visit} visit
 * @returns {Page}
 */
export function expiredPage(order, visit) {
  if (order.state !== "rejected") void watchForMoney(order, visit);
  const again = `/conferences/${encodeURIComponent(order.conferenceCode)}`;
  return messagePage(
    t("expired.title"),
    forgottenNotice(order),
    h("p", {}, t("expired.text")),
    h("p", {}, t("expired.paid")),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: again }, t("expired.again")),
      h("a", { class: "button button--quiet", href: "/" }, t("problem.home")),
    ),
    yourData(order, visit, { showsCode: true }),
  );
}

/**
 * The system keeps the seats some minutes longer than it says, for money that is under way. If it comes, show it.
 * @param {Order} order
 * @param {Visit} visit
 */
async function watchForMoney(order, visit) {
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const latest = await readOrder(order.orderId, { until: "settled", wait: 10, signal: visit.signal });
      if (latest.state === "confirmed") return visit.show(await pageOf(latest, visit));
      if (latest.state === "rejected") return;
    }
  } catch (error) {
    // The page says what is known; loading it again asks again.
    if (!isAbort(error)) console.warn("could not see whether a payment came", error);
  }
}
