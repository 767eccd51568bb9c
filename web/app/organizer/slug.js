/** The address of a conference, suggested from its name, and whether it seems to be free. */

import { sleep } from "../api.js";
import { ApiError, isAbort } from "../api-error.js";
import { readConference } from "../catalogue.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { slug } from "../rules.js";

/** @import { Field } from "../components/field.js" */

const LONGEST_SLUG = 64;
const TYPING_PAUSE_MILLISECONDS = 400;

/**
 * "Größe & Maß 2027" is "grosse-mass-2027".
 * @param {string} name
 */
export function slugOf(name) {
  return name
    .toLowerCase()
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG)
    .replaceAll(/^-|-$/g, "");
}

/**
 * The address follows the name until it is typed by hand.
 * @param {Field} name
 * @param {Field} address
 */
export function suggestSlug(name, address) {
  let suggestion = "";
  name.control.addEventListener("input", () => {
    if (address.value !== suggestion && address.value !== "") return;
    suggestion = slugOf(name.value);
    address.value = suggestion;
    address.control.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/**
 * Say while typing whether the address is taken. Only a hint: unpublished conferences cannot be seen, and creating
 * the conference decides.
 * @param {Field} address
 * @param {AbortSignal} leaving
 */
export function watchSlug(address, leaving) {
  const hint = h("p", { class: "field__check", role: "status", id: "slug-check" });
  address.element.append(hint);
  let controller = new AbortController();
  address.control.addEventListener("input", async () => {
    controller.abort();
    controller = new AbortController();
    hint.textContent = "";
    if (slug(address.value)) return;
    hint.textContent = await said(address.value, AbortSignal.any([controller.signal, leaving])).catch(() => "");
  });
}

/**
 * @param {string} code
 * @param {AbortSignal} signal
 */
async function said(code, signal) {
  await sleep(TYPING_PAUSE_MILLISECONDS, signal);
  try {
    await readConference(code, signal);
    return t("create.slug.taken");
  } catch (error) {
    if (isAbort(error)) throw error;
    return error instanceof ApiError && error.status === 404 ? t("create.slug.free", { slug: code }) : "";
  }
}
