import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  change(event) {
    this.ssn = event.target.value;
    console.info(this.ssn);
    const session = event.detail.session;
    console.info(session);
  }
}
