import { LightningElement, wire, api } from "lwc";
function keep(what) {
  window.localStorage.setItem("last", what);
}
const store = window.sessionStorage;
export default class Visit extends LightningElement {
  change(row) {
    keep(row.SSN__c);
    keep("x");
    store.setItem("last", row.Diagnosis__c);
  }
}
