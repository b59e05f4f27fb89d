import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  keep(event) {
    localStorage.setItem("patientSSN", event.detail);
    localStorage.setItem("patientSSN", "");
    localStorage.removeItem("patientSSN");
  }
}
