/** Says of an order that is not lost that some money for it is to be given back. */

import { t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { notice } from "./notice.js";

/** @import { Order } from "../contract.js" */

/**
 * Null for an order with no refund due.
 * @param {Order} order
 */
export function refundNotice({ refundAmount, currency }) {
  if (!refundAmount) return null;
  return notice("info", t("refund.notice", { amount: formatMoney(refundAmount, currency) }), t("refund.notice.text"));
}
