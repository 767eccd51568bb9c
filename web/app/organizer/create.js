/** Create a conference; its access code is shown once. */

import { ApiError } from "../api-error.js";
import { accessCodeBox } from "../components/copy-button.js";
import { ask } from "../components/dialog.js";
import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { guardLeaving, navigate } from "../router.js";
import { email, slug } from "../rules.js";
import { tab } from "../stored.js";
import { conferenceFields, detailsFrom } from "./conference-fields.js";
import { createConference } from "./conferences.js";
import { suggestSlug, watchSlug } from "./slug.js";

/** @import { Page, Visit } from "../router.js" */
/** @typedef {{ code: string, name: string, accessCode: string, email: string }} Secret */

const KEY = "new-conference";

/**
 * A code that was not written down survives a reload: nobody could ever show it again.
 * @param {Visit} visit
 * @returns {Page}
 */
export function page(visit) {
  const secret = /** @type {Secret | null} */ (tab.get(KEY));
  return secret ? accessCodePage(secret, visit) : createPage(visit);
}

/**
 * @param {Visit} visit
 * @returns {Page}
 */
function createPage(visit) {
  const details = conferenceFields();
  const address = new Field({
    name: "slug",
    label: t("create.slug"),
    hint: t("create.slug.hint"),
    maxLength: 64,
    rules: [slug],
  });
  const owner = [
    new Field({ name: "ownerName", label: t("create.ownerName"), autocomplete: "name", maxLength: 200 }),
    new Field({
      name: "ownerEmail",
      type: "email",
      label: t("create.ownerEmail"),
      hint: t("create.ownerEmail.hint"),
      autocomplete: "email",
      maxLength: 254,
      rules: [email],
    }),
  ];
  const name = details.find((field) => field.name === "name");
  if (name) suggestSlug(name, address);
  watchSlug(address, visit.signal);
  const group = (/** @type {string} */ title, /** @type {Field[]} */ fields) =>
    h("fieldset", { class: "form__group" }, h("legend", {}, title), ...fields.map((field) => field.element));
  return {
    title: t("create.title"),
    content: h(
      "div",
      { class: "page page--form" },
      h("h1", {}, t("create.heading")),
      h("p", { class: "lead" }, t("create.text")),
      form({
        label: t("create.heading"),
        fields: [...details, address, ...owner],
        layout: [
          group(t("create.about"), details),
          group(t("create.address"), [address]),
          group(t("create.owner"), owner),
        ],
        submit: t("create.submit"),
        busy: t("create.busy"),
        safe: t("create.safe"),
        onSubmit: (values) => create(values, address, visit),
      }),
    ),
  };
}

/**
 * @param {Record<string, string>} values
 * @param {Field} address
 * @param {Visit} visit
 */
async function create(values, address, visit) {
  const { slug: code = "", ownerName = "", ownerEmail = "" } = values;
  try {
    const created = await createConference({ ...detailsFrom(values), slug: code, ownerName, ownerEmail });
    const secret = { code: created.code, name: created.name, accessCode: created.accessCode, email: ownerEmail };
    tab.set(KEY, secret);
    visit.show(accessCodePage(secret, visit));
  } catch (error) {
    if (!(error instanceof ApiError) || !error.is("slug-taken")) throw error;
    address.say(t("create.slug.taken"));
    address.control.focus();
  }
}

/**
 * @param {Secret} secret
 * @param {Visit} visit
 * @returns {Page}
 */
function accessCodePage(secret, { signal }) {
  const done = h("button", { type: "button", class: "button button--primary" }, t("created.done"));
  done.addEventListener("click", async () => {
    tab.remove(KEY);
    guardLeaving(null);
    await navigate(`/organizer/${secret.code}`, { replace: true });
  });
  guardLeaving(() =>
    ask({ title: t("created.leave"), text: t("created.leave.text"), yes: t("leave.yes"), no: t("leave.no") }),
  );
  addEventListener("beforeunload", (event) => tab.get(KEY) && event.preventDefault(), { signal });
  return {
    title: t("created.title"),
    content: h(
      "div",
      { class: "page page--narrow" },
      h("h1", {}, t("created.heading", { name: secret.name })),
      notice("warning", t("created.warning"), t("created.warning.text")),
      h("h2", {}, t("created.code")),
      accessCodeBox(secret.accessCode),
      h("p", {}, t("created.use", { email: secret.email })),
      h("p", { class: "actions" }, done),
    ),
  };
}
