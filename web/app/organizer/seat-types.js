/** The kinds of seats of a conference. */

import { whileBusy } from "../components/busy.js";
import { ask } from "../components/dialog.js";
import { notice } from "../components/notice.js";
import { problemNotice } from "../components/problem.js";
import { h } from "../dom.js";
import { formatNumber, t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { refresh } from "../router.js";
import { createSeatType, deleteSeatType, updateSeatType } from "./conferences.js";
import { framed, organizersPage } from "./frame.js";
import { seatTypeForm } from "./seat-type-form.js";

/** @import { ManagedConference, ManagedSeatType } from "../contract.js" */

export const page = organizersPage((conference) =>
  framed(
    conference,
    "seatTypes",
    t("seatTypes.heading"),
    h("p", { class: "lead" }, conference.wasEverPublished ? t("seatTypes.text.published") : t("seatTypes.text")),
    conference.seatTypes.length === 0 && notice("info", t("seatTypes.none"), t("seatTypes.none.text")),
    h("ul", { class: "seat-types" }, ...conference.seatTypes.map((seatType) => card(conference, seatType))),
    adding(conference),
  ),
);

/** @param {ManagedConference} conference */
function adding({ code }) {
  return h(
    "section",
    { class: "panel", "aria-labelledby": "add-seat-type" },
    h("h2", { id: "add-seat-type" }, t("seatTypes.add")),
    seatTypeForm({
      id: "new",
      label: t("seatTypes.add"),
      submit: t("seatTypes.add.submit"),
      safe: t("seatTypes.add.safe"),
      onSubmit: async (edit) => {
        await createSeatType(code, edit);
        await refresh();
      },
    }),
  );
}

/**
 * @param {ManagedConference} conference
 * @param {ManagedSeatType} seatType
 */
function card({ code, wasEverPublished }, seatType) {
  const titleId = `seat-type-${seatType.id}`;
  const outcome = h("div", { class: "form__outcome" });
  const editor = h("div", { class: "seat-type__editor" });
  return h(
    "li",
    { class: "panel", "aria-labelledby": titleId },
    h(
      "div",
      { class: "seat-type" },
      h("div", {}, h("h2", { id: titleId }, seatType.name), h("p", {}, seatType.description)),
      h(
        "dl",
        { class: "seat-type__facts" },
        h("div", {}, h("dt", {}, t("seatTypes.quantity")), h("dd", {}, formatNumber(seatType.quantity))),
        h("div", {}, h("dt", {}, t("seatTypes.price")), h("dd", {}, formatMoney(seatType.price, seatType.currency))),
      ),
      h(
        "div",
        { class: "actions" },
        editButton(code, seatType, editor),
        !wasEverPublished && deleteButton(code, seatType, outcome),
      ),
    ),
    outcome,
    editor,
  );
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {HTMLElement} editor where the form opens
 */
function editButton(code, seatType, editor) {
  const button = h(
    "button",
    { type: "button", class: "button button--small", "aria-expanded": "false" },
    t("seatTypes.edit"),
  );
  button.addEventListener("click", () => {
    const isOpen = editor.hasChildNodes();
    editor.replaceChildren(...(isOpen ? [] : [editing(code, seatType)]));
    button.setAttribute("aria-expanded", String(!isOpen));
    button.textContent = isOpen ? t("seatTypes.edit") : t("seatTypes.close");
    editor.querySelector("input")?.focus();
  });
  return button;
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 */
function editing(code, seatType) {
  return seatTypeForm({
    id: seatType.id,
    label: t("seatTypes.editing", { name: seatType.name }),
    seatType,
    submit: t("seatTypes.save"),
    safe: t("seatTypes.safe"),
    onSubmit: async (changed) => {
      await updateSeatType(code, seatType.id, changed);
      await refresh();
    },
  });
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {HTMLElement} outcome
 */
function deleteButton(code, seatType, outcome) {
  const button = h("button", { type: "button", class: "button button--quiet button--small" }, t("seatTypes.delete"));
  button.addEventListener("click", async () => {
    const sure = await ask({
      title: t("seatTypes.delete.ask", { name: seatType.name }),
      text: t("seatTypes.delete.text"),
      yes: t("seatTypes.delete"),
    });
    if (sure) await whileBusy(button, t("seatTypes.busy"), () => erase(code, seatType, outcome));
  });
  return button;
}

/**
 * @param {string} code
 * @param {ManagedSeatType} seatType
 * @param {HTMLElement} outcome
 */
async function erase(code, seatType, outcome) {
  try {
    await deleteSeatType(code, seatType.id);
    await refresh();
  } catch (error) {
    outcome.replaceChildren(problemNotice(error, { safe: t("seatTypes.safe") }));
  }
}
