/** The part of a settled order's page where it can be forgotten who registered, or where it is said that it was. */

import { announce } from "../announce.js";
import { ApiError } from "../api-error.js";
import { ask } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { accessCodeBox } from "../components/copy-button.js";
import { notice } from "../components/notice.js";
import { h } from "../dom.js";
import { forgetTrace } from "../drafts.js";
import { t } from "../i18n.js";
import { forgetRegistrant } from "../orders.js";
import { accessCode } from "../rules.js";
import { pageOf } from "./order.js";

/** @import { Order } from "../contract.js" */
/** @import { Visit } from "../router.js" */

/**
 * Nothing for an order that nobody put a name to.
 * @param {Order} order confirmed or expired
 * @param {Visit} visit
 * @param {{ showsCode?: boolean }} [how] `showsCode` where the page does not show the access code itself
 */
export function yourData(order, visit, { showsCode = false } = {}) {
  if (!order.registrant) return null;
  return h(
    "section",
    { class: "your-data", "aria-labelledby": "your-data" },
    h("h2", { id: "your-data" }, t("data.heading")),
    h("p", {}, t("data.text")),
    h(
      "details",
      { class: "your-data__details" },
      h("summary", {}, t("data.open")),
      h("div", { class: "panel" }, consequences(order), showsCode && codeOf(order), forgetForm(order, visit)),
    ),
  );
}

/**
 * Says that it is done; null for an order that still has its registrant.
 * @param {Order} order
 */
export function forgottenNotice({ registrantForgotten }) {
  return registrantForgotten ? notice("ok", t("forgotten.title"), t("forgotten.text")) : null;
}

/** @param {Order} order */
function consequences({ orderId, state }) {
  const tickets = h("a", { href: `/orders/${orderId}/seats` }, t("forget.print"));
  const items = [t("forget.names"), t("forget.stays"), t("forget.find"), ...(state === "confirmed" ? [tickets] : [])];
  return h("ul", { class: "your-data__consequences" }, ...items.map((item) => h("li", {}, item)));
}

/** @param {Order} order */
function codeOf(order) {
  return [h("p", {}, t("forget.code.shown")), accessCodeBox(order.accessCode)];
}

/**
 * @param {Order} order
 * @param {Visit} visit
 */
function forgetForm(order, visit) {
  const code = new Field({
    name: "accessCode",
    id: "forget-code",
    label: t("find.code"),
    hint: t("forget.code.hint"),
    maxLength: 6,
    className: "field--code",
    rules: [accessCode],
  });
  return form({
    label: t("data.heading"),
    fields: [code],
    submit: t("forget.submit"),
    isQuiet: true,
    busy: t("forget.busy"),
    safe: t("forget.safe"),
    sure: () => ask({ title: t("forget.ask"), text: t("forget.ask.text"), yes: t("forget.yes") }),
    onSubmit: () => forget(order, code, visit),
  });
}

/**
 * @param {Order} order
 * @param {Field} code
 * @param {Visit} visit
 */
async function forget(order, code, visit) {
  try {
    const forgotten = await forgetRegistrant(order, code.value.toUpperCase());
    forgetTrace(order.orderId); // it may have what she typed
    visit.show(await pageOf(forgotten, visit));
    announce(t("forgotten.title"));
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
    code.say(t("forget.code.wrong"));
    code.control.focus();
  }
}
