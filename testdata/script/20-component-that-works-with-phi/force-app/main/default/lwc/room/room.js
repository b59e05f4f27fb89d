import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  keep(event) {
    sessionStorage.setItem("draft", event.detail.text);
  }
}
