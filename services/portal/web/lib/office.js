/* office — the base of the pages about one unit: logs in where nobody is, finds the units in which one has one of the page's roles and
   the one chosen, then start()s. The page says `roles`, and in `nowhere` what it tells whoever has none of them anywhere. */
import { tell } from "./faults.js";
import { Live } from "./live.js";
import { chosenUnit, staffAccount, unitsOf } from "./staff.js";

export class OfficePage extends Live {
  trouble = "";

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.who = await staffAccount();
      this.units = await unitsOf(this.who, this.roles);
      this.unit = chosenUnit(this.units);
      await (this.unit ? this.start() : this.set({ trouble: this.nowhere }));
    } catch (error) {
      this.set({ trouble: tell(error) });
    }
  }

  start() {
    return this.load();
  }
}
