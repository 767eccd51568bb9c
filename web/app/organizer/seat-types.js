/** The kinds of seats of a conference. What is done to one leaves alone what is being typed about another. */

import { whileBusy } from "../components/busy.js";
import { ask } from "../components/dialog.js";
import { notice } from "../components/notice.js";
import { problemNotice } from "../components/problem.js";
import { h } from "../dom.js";
import { formatNumber, t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { createSeatType, deleteSeatType, updateSeatType } from "./conferences.js";
import { framed, organizersPage } from "./frame.js";
import { seatTypeForm } from "./seat-type-form.js";

/** @import { ManagedConference, ManagedSeatType } from "../contract.js" */
/** @typedef {(changed: ManagedSeatType) => void} OnSaved */

export const page = organizersPage((conference) => {
  const none = notice("info", t("seatTypes.none"), t("seatTypes.none.text"));
  const list = h("ul", { class: "seat-types", "aria-label": t("seatTypes.heading"), tabindex: "-1" });
  const showWhetherNone = () => (none.hidden = list.hasChildNodes());
  const cardOf = (/** @type {ManagedSeatType} */ seatType) =>
    card(conference, seatType, (deleted) => {
      handOver(deleted, list);
      deleted.remove();
      showWhetherNone();
    });
  list.append(...conference.seatTypes.map(cardOf));
  showWhetherNone();
  const add = (/** @type {ManagedSeatType} */ seatType) => {
    const added = cardOf(seatType);
    list.append(added);
    showWhetherNone();
    return added;
  };
  return framed(
    conference,
    "seatTypes",
    t("seatTypes.heading"),
    h("p", { class: "lead" }, conference.wasEverPublished ? t("seatTypes.text.published") : t("seatTypes.text")),
    none,
    list,
    adding(conference.code, add),
  );
});

/**
 * Let the focus go from what leaves the page to what stays; if it is elsewhere, somebody is at work there.
 * @param {HTMLElement} leaving
 * @param {HTMLElement} heir
 */
function handOver(leaving, heir) {
  if (leaving.contains(document.activeElement)) heir.focus();
}

/**
 * @param {string} code
 * @param {(created: ManagedSeatType) => HTMLElement} add gives the card
 */
function adding(code, add) {
  const section = h(
    "section",
    { class: "panel", "aria-labelledby": "add-seat-type" },
    h("h2", { id: "add-seat-type" }, t("seatTypes.add")),
    seatTypeForm({
      id: "new",
      label: t("seatTypes.add"),
      submit: t("seatTypes.add.submit"),
      safe: t("seatTypes.add.safe"),
      onSubmit: async (edit) => {
        handOver(section, add(await createSeatType(code, edit)));
        section.replaceWith(adding(code, add));
      },
    }),
  );
  return section;
}

/**
 * @param {ManagedConference} conference
 * @param {ManagedSeatType} seatType
 * @param {(card: HTMLElement) => void} ondeleted
 * @returns {HTMLElement}
 */
function card(conference, seatType, ondeleted) {
  const { code, wasEverPublished } = conference;
  const titleId = `seat-type-${seatType.id}`;
  const outcome = h("div", { class: "form__outcome" });
  const editor = h("div", { class: "seat-type__editor" });
  /** @type {OnSaved} */
  const onsaved = (changed) => {
    const next = card(conference, changed, ondeleted);
    element.after(next);
    handOver(element, next);
    element.remove();
  };
  const element = h(
    "li",
    { class: "panel", "aria-labelledby": titleId, tabindex: "-1" },
    h(
      "div",
      { class: "seat-type" },
      h("div", {}, h("h2", { id: titleId }, seatType.name), h("p", {}, seatType.description)),
      facts(seatType),
      h(
        "div",
        { class: "actions" },
        editButton(code, seatType, editor, onsaved),
        !wasEverPublished && deleteButton(code, seatType, outcome, () => ondeleted(element)),
      ),
    ),
    outcome,
    editor,
  );
  return element;
}

/** @param {ManagedSeatType} seatType */
function facts({ quantity, price, currency }) {
  return h(
    "dl",
    { class: "seat-type__facts" },
    h("div", {}, h("dt", {}, t("seatTypes.quantity")), h("dd", {}, formatNumber(quantity))),
    h("div", {}, h("dt", {}, t("seatTypes.price")), h("dd", {}, formatMoney(price, currency))),
  );
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {HTMLElement} editor where the form opens
 * @param {OnSaved} onsaved
 */
function editButton(code, seatType, editor, onsaved) {
  const button = h(
    "button",
    { type: "button", class: "button button--small", "aria-expanded": "false" },
    t("seatTypes.edit"),
  );
  button.addEventListener("click", () => {
    const isOpen = editor.hasChildNodes();
    editor.replaceChildren(...(isOpen ? [] : [editing(code, seatType, onsaved)]));
    button.setAttribute("aria-expanded", String(!isOpen));
    button.textContent = isOpen ? t("seatTypes.edit") : t("seatTypes.close");
    editor.querySelector("input")?.focus();
  });
  return button;
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {OnSaved} onsaved
 */
function editing(code, seatType, onsaved) {
  return seatTypeForm({
    id: seatType.id,
    label: t("seatTypes.editing", { name: seatType.name }),
    seatType,
    submit: t("seatTypes.save"),
    safe: t("seatTypes.safe"),
    onSubmit: async (changed) => onsaved(await updateSeatType(code, seatType.id, changed)),
  });
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {HTMLElement} outcome
 * @param {() => void} ondeleted
 */
function deleteButton(code, seatType, outcome, ondeleted) {
  const button = h("button", { type: "button", class: "button button--quiet button--small" }, t("seatTypes.delete"));
  const erase = async () => {
    try {
      await deleteSeatType(code, seatType.id);
      ondeleted();
    } catch (error) {
      outcome.replaceChildren(problemNotice(error, { safe: t("seatTypes.safe") }));
    }
  };
  button.addEventListener("click", async () => {
    const sure = await ask({
      title: t("seatTypes.delete.ask", { name: seatType.name }),
      text: t("seatTypes.delete.text"),
      yes: t("seatTypes.delete"),
    });
    if (sure) await whileBusy(button, t("seatTypes.busy"), erase);
  });
  return button;
}
