/** Add or edit a kind of seat. */

import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { t } from "../i18n.js";
import { asPrice, atLeast, price, wholeNumber } from "../rules.js";

/** @import { ManagedSeatType } from "../contract.js" */
/** @import { SeatTypeEdit } from "./conferences.js" */

const MOST_SEATS = 100_000;

/**
 * @param {object} options
 * @param {string} options.id tells the forms of a page apart
 * @param {string} options.label
 * @param {ManagedSeatType} [options.seatType]
 * @param {string} options.submit
 * @param {string} options.safe
 * @param {(edit: SeatTypeEdit) => Promise<unknown>} options.onSubmit
 */
export function seatTypeForm({ id, label, seatType, submit, safe, onSubmit }) {
  const of = (/** @type {string} */ name) => `${name}-${id}`;
  return form({
    label,
    fields: [
      new Field({
        name: "name",
        id: of("name"),
        label: t("seatTypes.name"),
        value: seatType?.name,
        maxLength: 70,
        rules: [atLeast(2)],
      }),
      new Field({
        name: "description",
        id: of("description"),
        label: t("seatTypes.description"),
        value: seatType?.description,
        maxLength: 250,
        rows: 2,
      }),
      new Field({
        name: "quantity",
        id: of("quantity"),
        label: t("seatTypes.quantity"),
        value: seatType && String(seatType.quantity),
        inputMode: "numeric",
        className: "field--half",
        rules: [wholeNumber(0, MOST_SEATS)],
      }),
      new Field({
        name: "price",
        id: of("price"),
        label: t("seatTypes.price.label"),
        value: seatType?.price,
        inputMode: "decimal",
        className: "field--half",
        rules: [price],
      }),
    ],
    submit,
    busy: t("seatTypes.busy"),
    safe,
    onSubmit: ({ name = "", description = "", quantity = "", price: typed = "" }) =>
      onSubmit({ name, description, quantity: Number(quantity), price: asPrice(typed) ?? "" }),
  });
}
