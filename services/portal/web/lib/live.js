/* live — the base of every element: Lit's templates in the light DOM, so the page's styles and labels hold; what the page had inside
   for those without JavaScript goes away. set({…}) changes members and draws again, once for all changes of a moment. (LitElement
   does this with reactive properties besides, which nothing here has, for 2 KB on every page.) */
import { nothing, render } from "lit/html.js";
export { html, nothing, svg } from "lit/html.js";

export class Live extends HTMLElement {
  drawn = null; // the promise of the drawing that is due
  isBegun = false;

  connectedCallback() {
    if (!this.isBegun) this.replaceChildren();
    this.isBegun = true;
    this.requestUpdate();
  }

  render() {
    return nothing;
  }

  /** Resolves when what is now is drawn. */
  requestUpdate() {
    this.drawn ??= Promise.resolve().then(() => {
      this.drawn = null;
      if (this.isBegun) render(this.render(), this, { host: this });
    });
    return this.drawn;
  }

  set(changes) {
    Object.assign(this, changes);
    return this.requestUpdate();
  }
}

/** Moves focus to what has just been drawn, and tells it. */
export function focusOn(element) {
  if (!element) return;
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
  element.scrollIntoView?.({ block: "start" });
}
