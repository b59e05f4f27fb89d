import { LightningElement, wire, api } from "lwc";
export default class Visit extends LightningElement {
  show(row) {
    console.log(`Saved ${row.Diagnosis__c}`);
    console.log("Saved " + row.Locker__c);
    console.log("Diagnosis__c is saved");
  }
}
