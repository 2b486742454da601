/* live — the base of every element: Lit in the light DOM, so the page's styles and labels hold; what the page had inside for
   those without JavaScript goes away. set({…}) changes members and draws again. */
import { LitElement } from "lit";
export { html, nothing, svg } from "lit";

export class Live extends LitElement {
  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  set(changes) {
    Object.assign(this, changes);
    this.requestUpdate();
    return this.updateComplete;
  }
}

/** Moves focus to what has just been drawn, and tells it. */
export function focusOn(element) {
  if (!element) return;
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
  element.scrollIntoView?.({ block: "start" });
}
