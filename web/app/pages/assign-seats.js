/** Say who sits on the seats of a confirmed order, and print their tickets. */

import { ApiError } from "../api-error.js";
import { recallConference } from "../catalogue.js";
import { whileBusy } from "../components/busy.js";
import { ask } from "../components/dialog.js";
import { notice } from "../components/notice.js";
import { messagePage } from "../components/problem.js";
import { SeatEditor } from "../components/seat-editor.js";
import { printTickets } from "../components/print-tickets.js";
import { announce } from "../announce.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { readAssignments, readOrder } from "../orders.js";
import { guardLeaving } from "../router.js";
import { forgottenSeatsPage } from "./forgotten-seats.js";

/** @import { Assignments, Conference, Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

const WAIT_FOR_SEATS_SECONDS = 10;

/**
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function page(visit) {
  const {
    params: { orderId = "" },
    signal,
  } = visit;
  try {
    const order = await readOrder(orderId, { signal });
    if (order.state !== "confirmed") return notYetPage(order);
    const [assignments, conference] = await Promise.all([
      readAssignments(orderId, { wait: WAIT_FOR_SEATS_SECONDS, signal }),
      recallConference(order.conferenceCode, signal).catch(() => null), // unpublished since; tickets do without
    ]);
    if (order.registrantForgotten) return forgottenSeatsPage(order, assignments, conference);
    return seatsPage(order, assignments, conference, visit);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return noSeatsPage(orderId);
    throw error;
  }
}

/**
 * @param {Order} order
 * @param {Assignments} assignments
 * @param {Conference | null} conference
 * @param {Visit} visit
 * @returns {Page}
 */
function seatsPage(order, assignments, conference, visit) {
  const progress = h("p", { class: "assigned", role: "status", id: "assigned" });
  const tickets = h("div", { class: "print-only" });
  const saveAll = h("button", { type: "button", class: "button button--primary" }, t("assign.saveAll"));
  const outcome = h("div", { class: "form__outcome" });
  const editors = assignments.seats.map((seat) => new SeatEditor(order.orderId, seat, update));

  function update() {
    const taken = editors.filter((editor) => editor.attendee).length;
    progress.textContent = t("assign.progress", { taken, all: editors.length });
    tickets.replaceChildren(...printTickets(order, conference, editors));
    saveAll.hidden = !editors.some((editor) => editor.isDirty);
  }

  saveAll.addEventListener("click", () =>
    whileBusy(saveAll, t("assign.busy"), async () => {
      outcome.replaceChildren();
      const dirty = editors.filter((editor) => editor.isDirty);
      // One after the other: they are commands to the same aggregate, and a failure should stop where it is.
      for (const editor of dirty) if (!(await editor.save())) return;
      outcome.replaceChildren(notice("ok", t("assign.allSaved")));
    }),
  );
  guardUnsaved(editors, visit);
  update();
  return {
    title: t("assign.title"),
    content: h(
      "div",
      { class: "page" },
      h("h1", {}, t("assign.heading")),
      h("p", { class: "lead" }, conference?.name ?? ""),
      h("p", {}, t("assign.text")),
      h(
        "div",
        { class: "toolbar" },
        progress,
        registrantButton(order, editors),
        h("button", { type: "button", class: "button button--quiet", onclick: () => print() }, t("assign.print")),
        h("a", { class: "button button--quiet", href: `/orders/${order.orderId}` }, t("assign.order")),
      ),
      h("ol", { class: "seat-editors" }, ...editors.map((editor) => h("li", {}, editor.element))),
      outcome,
      h("div", { class: "actions actions--sticky" }, saveAll),
      tickets,
    ),
  };
}

/**
 * @param {Order} order
 * @param {SeatEditor[]} editors
 */
function registrantButton({ registrant }, editors) {
  if (!registrant) return null;
  const button = h("button", { type: "button", class: "button button--quiet" }, t("assign.me"));
  button.addEventListener("click", () => {
    const first = editors.find((editor) => editor.isEmpty);
    if (!first) return announce(t("assign.me.none"));
    first.fill(registrant);
    announce(t("assign.me.done", { seat: first.title }));
  });
  return button;
}

/**
 * Ask before what was typed is lost.
 * @param {SeatEditor[]} editors
 * @param {Visit} visit
 */
function guardUnsaved(editors, { signal }) {
  const isDirty = () => editors.some((editor) => editor.isDirty);
  guardLeaving(async () => {
    if (!isDirty()) return true;
    return ask({ title: t("leave.title"), text: t("leave.text"), yes: t("leave.yes"), no: t("leave.no") });
  });
  addEventListener("beforeunload", (event) => isDirty() && event.preventDefault(), { signal });
}

/** @param {Order} order */
function notYetPage(order) {
  return messagePage(
    t("assign.notYet"),
    h("p", {}, t("assign.notYet.text")),
    h("p", { class: "actions" }, h("a", { class: "button", href: `/orders/${order.orderId}` }, t("assign.order"))),
  );
}

/** @param {string} orderId */
function noSeatsPage(orderId) {
  return messagePage(
    t("assign.none"),
    h("p", {}, t("assign.none.text")),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: `/orders/${encodeURIComponent(orderId)}` }, t("assign.order")),
    ),
  );
}
