/* sign-up — a citizen or a business makes an account, and is logged in with it. */
import "./frame.js";
import { askPublic, logIn, newKey } from "../lib/api.js";
import { faultsOf, field, focusSummary, summary } from "../lib/faults.js";
import { Live, html, nothing } from "../lib/live.js";
import { language, link, t } from "../lib/words.js";

class SignUpForm extends Live {
  kind = "citizen";
  faults = [];
  busy = false;
  key = newKey();

  data(form) {
    const data = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, k === "password" ? v : v.trim()]).filter(([, v]) => v));
    if (data.id_number) data.id_number = data.id_number.replace(/[\s.]/g, "");
    return { ...data, language };
  }

  /** What was left empty, by the words of its label: the service only knows its name. */
  missing(form) {
    return [...form.querySelectorAll("input[required]")].filter((i) => !i.value.trim())
      .map((i) => ({ field: i.name, message: t("question.missing", { label: i.labels[0].textContent }) }));
  }

  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const faults = this.missing(event.target);
    await this.set({ busy: faults.length === 0, faults });
    if (faults.length) return focusSummary(this);
    const data = this.data(event.target);
    try {
      await askPublic("POST", "/api/identity/accounts", { body: data, key: this.key });
      await logIn(data.id_number ?? data.tax_code, data.password);
      location.assign(link("mine"));
    } catch (error) {
      this.key = newKey(); // what comes next is another request
      await this.set({ busy: false, faults: faultsOf(error) });
      focusSummary(this);
    }
  }

  text(name, label, hint, more = {}) {
    return field({ name, label, hint, faults: this.faults, control: ({ id, about, invalid }) => html`<input id=${id} name=${name}
      class=${more.width ?? ""} type=${more.type ?? "text"} inputmode=${more.mode ?? nothing} autocomplete=${more.auto ?? "off"}
      aria-describedby=${about} aria-invalid=${invalid} ?required=${!more.optional}>` });
  }

  kinds() {
    const choice = (kind, label) => html`<label class="choice"><input type="radio" name="kind" value=${kind}
      .checked=${this.kind === kind} @change=${() => this.set({ kind })}>${label}</label>`;
    return html`<fieldset class="field"><legend>${t("sign_up.kind")}</legend>
      ${choice("citizen", t("sign_up.citizen"))}${choice("business", t("sign_up.business"))}</fieldset>`;
  }

  render() {
    const citizen = this.kind === "citizen";
    return html`${summary(this.faults)}<form class="card" @submit=${this.submit} novalidate>
      ${this.kinds()}
      ${this.text("name", citizen ? t("person.name") : t("person.business_name"), citizen ? t("person.name_hint") : "", { auto: citizen ? "name" : "organization" })}
      ${citizen ? this.text("id_number", t("person.id_number"), t("person.id_hint"), { mode: "numeric", width: "short" })
        : this.text("tax_code", t("person.tax_code"), t("person.tax_hint"), { mode: "numeric", width: "short" })}
      ${this.text("phone", t("person.phone"), t("person.phone_hint"), { type: "tel", auto: "tel", width: "short" })}
      ${this.text("email", t("person.email"), t("person.email_hint"), { type: "email", auto: "email", optional: true })}
      ${this.text("password", t("login.password"), t("sign_up.password_hint"), { type: "password", auto: "new-password" })}
      <button aria-disabled=${this.busy}>${t("sign_up.button")}</button></form>`;
  }
}
customElements.define("sign-up-form", SignUpForm);
