import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  tell(row) {
    window.parent.postMessage({ ssn: row.SSN__c }, "*");
    this.template.querySelector("iframe").contentWindow.postMessage(row.SSN__c, "https://clinic.example.org");
    window.parent.postMessage("ready", "*");
  }
}
